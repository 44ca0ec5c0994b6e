import { type MailRoute, mailRoute } from "@/server/mail/route/current";
import type { SmtpEncryption } from "@/server/platform/settings/smtp";

/** How this instance sends mail, and where this is configured. Never contains a password or a key. */
export type WayOut = { from: string } & (
  | {
      kind: "smtp";
      setBy: "SMTP_URL" | "operators";
      host: string;
      port: number;
      encryption: SmtpEncryption;
      hasLogin: boolean;
    }
  | { kind: "resend"; setBy: "RESEND_API_KEY" | "operators"; host: string }
  | { kind: "mailbox"; setBy: null }
  /** `operators`: their stored setting cannot be decrypted. */
  | { kind: "none"; setBy: null | "operators" }
);

/** Returns how this instance sends mail. */
export function wayOut(route: MailRoute = mailRoute()): WayOut {
  const { from } = route;
  if (route.kind === "smtp") {
    const { host, port, encryption, user } = route.smtp;
    return { from, kind: "smtp", setBy: route.setBy, host, port, encryption, hasLogin: user !== undefined };
  }
  if (route.kind === "resend") return { from, kind: "resend", setBy: route.setBy, host: new URL(route.baseUrl).host };
  return route.kind === "mailbox" ? { from, kind: "mailbox", setBy: null } : { from, kind: "none", setBy: route.setBy };
}

/**
 * Returns the variable of the environment that configures mail and overrides the operators' setting; null: there is
 * none.
 */
export function variableInForce(): "SMTP_URL" | "RESEND_API_KEY" | null {
  const { setBy } = mailRoute();
  return setBy === "operators" ? null : setBy;
}
