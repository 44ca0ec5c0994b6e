import { Resend } from "resend";
import { type DeliveryStep, MailRefused } from "./refused";
import type { RenderedMail } from "./rendered";

/** Where Resend is, and the key for it. */
type Access = { key: string; baseUrl: string };

let known: { key: string; baseUrl: string; client: Resend } | undefined;

/** Returns the client for a key: the one there was, unless the key is another one now. */
function clientOf({ key, baseUrl }: Access): Resend {
  if (known?.key !== key || known.baseUrl !== baseUrl) known = { key, baseUrl, client: new Resend(key, { baseUrl }) };
  return known.client;
}

/**
 * Hands a mail to Resend, which delivers it once for each `id` within 24 hours.
 *
 * @throws MailRefused
 */
export async function sendByResend({ id, ...mail }: RenderedMail, access: Access): Promise<void> {
  const { error, headers } = await send(clientOf(access), id, mail);
  if (!error) return;
  const status = error.statusCode ?? 0;
  // 4xx says the mail itself is wrong, except for "too many" and "not yet".
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

/** Returns what Resend did not accept. 403 for a mail is its word for a domain of the sender that is not verified. */
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

/** Returns a Retry-After header: seconds or a date. 0 for what is neither, or past. */
function secondsOf(header: string | undefined): number {
  if (!header) return 0;
  const seconds = /^\d{1,9}$/.test(header) ? Number(header) : (Date.parse(header) - Date.now()) / 1_000;
  return Number.isFinite(seconds) ? Math.max(0, Math.ceil(seconds)) : 0;
}

const deadlineMs = 15_000;

/** One request, ended when it is too late: what went on unseen would arrive beside the next attempt. */
async function send(to: Resend, idempotencyKey: string, mail: Omit<RenderedMail, "id">) {
  const signal = AbortSignal.timeout(deadlineMs);
  const late = new Promise<never>((_, reject) => {
    signal.addEventListener("abort", () => reject(new MailRefused("no answer in 15 seconds", false, "connection")), {
      once: true,
    });
  });
  return Promise.race([to.emails.send(mail, { idempotencyKey, signal }), late]);
}
