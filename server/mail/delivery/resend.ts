import { Resend } from "resend";
import { type DeliveryStep, MailRefused } from "./refused";
import type { RenderedMail } from "./rendered";

/** The base URL of Resend and the key for it. */
type Access = { key: string; baseUrl: string };

let known: { key: string; baseUrl: string; client: Resend } | undefined;

/** Returns the client for a key; a new one only when the key or the URL has changed. */
function clientOf({ key, baseUrl }: Access): Resend {
  if (known?.key !== key || known.baseUrl !== baseUrl) known = { key, baseUrl, client: new Resend(key, { baseUrl }) };
  return known.client;
}

/**
 * Sends a mail through Resend, which delivers only one mail per `id` within 24 hours.
 *
 * @throws MailRefused
 */
export async function sendByResend({ id, ...mail }: RenderedMail, access: Access): Promise<void> {
  const { error, headers } = await send(clientOf(access), id, mail);
  if (!error) return;
  const status = error.statusCode ?? 0;
  // 4xx means that the mail itself is wrong, except for login, timeout, conflict and rate limit.
  throw new MailRefused(
    `${error.name} (${status || "no answer"})`,
    status >= 400 && status < 500 && ![401, 403, 408, 409, 429].includes(status),
    stepOf(error.name, status, error.message),
    secondsOf(headers?.["retry-after"]),
  );
}

const steps = new Map<string, DeliveryStep>([
  ["missing_api_key", "login"],
  ["invalid_api_key", "login"],
  ["restricted_api_key", "login"],
  ["invalid_from_address", "sender"],
  ["rate_limit_exceeded", "volume"],
  ["daily_quota_exceeded", "volume"],
  ["monthly_quota_exceeded", "volume"],
]);

/**
 * Returns the step that Resend did not accept. For a mail, Resend answers 403 if the sender's domain is not verified.
 */
function stepOf(name: string, status: number, message: string): DeliveryStep {
  const known = steps.get(name);
  if (known) return known;
  if (status === 0) return "connection";
  if (status === 401) return "login";
  if (status === 403) return name === "validation_error" ? "sender" : "login";
  if (status === 429) return "volume";
  if (status !== 422 && status !== 400) return "other";
  if (/`from`/.test(message)) return "sender";
  return /`to`/.test(message) ? "recipient" : "content";
}

/** Returns a Retry-After header, a number or a date, in seconds; 0: it is invalid or in the past. */
function secondsOf(header: string | undefined): number {
  if (!header) return 0;
  const seconds = /^\d{1,9}$/.test(header) ? Number(header) : (Date.parse(header) - Date.now()) / 1_000;
  return Number.isFinite(seconds) ? Math.max(0, Math.ceil(seconds)) : 0;
}

const deadlineMs = 15_000;

/**
 * Sends one request, which is cancelled after the time limit: if it went on, the mail could arrive twice with the next
 * attempt.
 */
async function send(to: Resend, idempotencyKey: string, mail: Omit<RenderedMail, "id">) {
  const signal = AbortSignal.timeout(deadlineMs);
  const late = new Promise<never>((_, reject) => {
    signal.addEventListener("abort", () => reject(new MailRefused("no answer in 15 seconds", false, "connection")), {
      once: true,
    });
  });
  return Promise.race([to.emails.send(mail, { idempotencyKey, signal }), late]);
}
