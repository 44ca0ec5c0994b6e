import { keepInStep } from "@/server/platform/announcements/keep-in-step";
import { env } from "@/server/platform/env";
import type { SmtpSettings } from "@/server/platform/settings/smtp";
import { readRoute } from "./queries";
import { type OperatorsRoute, readStored } from "./stored";

/** How this instance sends mail, with the secrets. `setBy`: the variable that sets it, or the operators. */
export type MailRoute =
  | { kind: "smtp"; from: string; setBy: "SMTP_URL" | "operators"; smtp: SmtpSettings }
  | { kind: "resend"; from: string; setBy: "RESEND_API_KEY" | "operators"; key: string; baseUrl: string }
  | { kind: "mailbox"; from: string; setBy: null; key: string; baseUrl: string }
  /** Nothing is set, or the operators' settings were encrypted with another AUTH_SECRET: mails wait. */
  | { kind: "none"; from: ""; setBy: null | "operators" };

// Next's bundle has its own copy of this module in the same process; both share what was read.
const shared = globalThis as { atelierMailRoute?: OperatorsRoute | null };

const copy = keepInStep("mail", "way that mail goes out", loadMailRoute);

/**
 * Returns how this instance sends mail now. The environment takes precedence; this machine's mailbox is used if neither
 * the environment nor the operators have set a way.
 */
export function mailRoute(): MailRoute {
  const { smtp, MAIL_FROM: from, RESEND_API_KEY, RESEND_BASE_URL: baseUrl, MAILBOX_URL } = env();
  if (smtp) return { kind: "smtp", from, setBy: "SMTP_URL", smtp };
  const key = RESEND_API_KEY ?? "";
  if (key && MAILBOX_URL === undefined) return { kind: "resend", from, setBy: "RESEND_API_KEY", key, baseUrl };
  copy.use();
  const stored = shared.atelierMailRoute;
  if (stored?.kind === "smtp") return { ...stored, setBy: "operators" };
  if (stored?.kind === "resend") return { ...stored, setBy: "operators", baseUrl: baseUrlOfResend() };
  if (stored) return { kind: "none", from: "", setBy: "operators" };
  if (MAILBOX_URL !== undefined) return { kind: "mailbox", from, setBy: null, key, baseUrl };
  return { kind: "none", from: "", setBy: null };
}

/** Returns the URL of Resend. When this machine's mailbox is used, RESEND_BASE_URL is the mailbox's. */
export function baseUrlOfResend(): string {
  const { MAILBOX_URL, RESEND_BASE_URL } = env();
  return MAILBOX_URL === RESEND_BASE_URL ? "https://api.resend.com" : RESEND_BASE_URL;
}

/** Reads the operators' settings again. They apply to all mails that are sent from then on. */
export async function loadMailRoute(): Promise<void> {
  const row = await readRoute();
  shared.atelierMailRoute = row ? readStored(row) : null;
}

/** Starts the job that keeps the operators' settings up to date. */
export const watchMailRoute = copy.watch;
