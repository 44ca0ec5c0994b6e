import { keepInStep } from "@/server/platform/announcements/keep-in-step";
import { env } from "@/server/platform/env";
import type { SmtpSettings } from "@/server/platform/settings/smtp";
import { readRoute } from "./queries";
import { type OperatorsRoute, readStored } from "./stored";

/** How a mail leaves this instance, with what is secret about it. `setBy`: the variable that says so, or that operators did. */
export type MailRoute =
  | { kind: "smtp"; from: string; setBy: "SMTP_URL" | "operators"; smtp: SmtpSettings }
  | { kind: "resend"; from: string; setBy: "RESEND_API_KEY" | "operators"; key: string; baseUrl: string }
  | { kind: "mailbox"; from: string; setBy: null; key: string; baseUrl: string }
  /** Nothing is set, or what operators set was sealed with another AUTH_SECRET: mails wait. */
  | { kind: "none"; from: ""; setBy: null | "operators" };

// Next's bundle has its own copy of this module in the same process: what was read once is there for both.
const shared = globalThis as { atelierMailRoute?: OperatorsRoute | null };

const copy = keepInStep("mail", "way that mail goes out", loadMailRoute);

/** Returns how mail leaves this instance now. What the environment says wins; the mailbox of this machine is used while neither says anything. */
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

/** Where Resend is: the mailbox of this machine takes its place in RESEND_BASE_URL. */
export function baseUrlOfResend(): string {
  const { MAILBOX_URL, RESEND_BASE_URL } = env();
  return MAILBOX_URL === RESEND_BASE_URL ? "https://api.resend.com" : RESEND_BASE_URL;
}

/** Reads again what operators set. Mails that are sent from then on go out by it. */
export async function loadMailRoute(): Promise<void> {
  const row = await readRoute();
  shared.atelierMailRoute = row ? readStored(row) : null;
}

/** Keeps what operators set as the database has it. */
export const watchMailRoute = copy.watch;
