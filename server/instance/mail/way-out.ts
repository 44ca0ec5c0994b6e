import { env } from "@/server/platform/env";
import type { SmtpEncryption } from "@/server/platform/settings/smtp";

/** How mail leaves this instance, and which variable says so. Never a password or a key. */
export type WayOut = { from: string } & (
  | { kind: "smtp"; setBy: "SMTP_URL"; host: string; port: number; encryption: SmtpEncryption; hasLogin: boolean }
  | { kind: "resend"; setBy: "RESEND_API_KEY"; host: string }
  | { kind: "mailbox"; setBy: null }
);

/** Returns how mail leaves this instance. */
export function wayOut(): WayOut {
  const { smtp, MAIL_FROM: from, MAILBOX_URL, RESEND_BASE_URL } = env();
  if (smtp) {
    const { host, port, encryption, user } = smtp;
    return { from, kind: "smtp", setBy: "SMTP_URL", host, port, encryption, hasLogin: user !== undefined };
  }
  if (MAILBOX_URL !== undefined) return { from, kind: "mailbox", setBy: null };
  return { from, kind: "resend", setBy: "RESEND_API_KEY", host: new URL(RESEND_BASE_URL).host };
}
