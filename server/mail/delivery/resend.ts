import { Resend } from "resend";
import { env } from "@/server/platform/env";
import { MailRefused } from "./refused";
import type { RenderedMail } from "./rendered";

let resend: Resend | undefined;

/**
 * Hands a mail to Resend, which delivers it once for each `id` within 24 hours.
 *
 * @throws MailRefused
 */
export async function sendByResend({ id, ...mail }: RenderedMail): Promise<void> {
  const { RESEND_API_KEY, RESEND_BASE_URL } = env();
  resend ??= new Resend(RESEND_API_KEY, { baseUrl: RESEND_BASE_URL });
  const { error, headers } = await withDeadline(resend.emails.send(mail, { idempotencyKey: id }));
  if (!error) return;
  const status = error.statusCode ?? 0;
  // 4xx says the mail itself is wrong, except for "too many" and "not yet".
  throw new MailRefused(
    `${error.name} (${status || "no answer"})`,
    status >= 400 && status < 500 && ![401, 403, 408, 409, 429].includes(status),
    secondsOf(headers?.["retry-after"]),
  );
}

/** A Retry-After header: seconds or a date. 0 for what is neither, or past. */
function secondsOf(header: string | undefined): number {
  if (!header) return 0;
  const seconds = /^\d{1,9}$/.test(header) ? Number(header) : (Date.parse(header) - Date.now()) / 1_000;
  return Number.isFinite(seconds) ? Math.max(0, Math.ceil(seconds)) : 0;
}

const deadline = 15_000;

async function withDeadline<T>(work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new MailRefused("no answer in 15 seconds", false)), deadline);
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}
