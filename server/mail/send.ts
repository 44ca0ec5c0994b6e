import { render, toPlainText } from "@react-email/render";
import type { ReactElement } from "react";
import { Resend } from "resend";
import { env } from "@/server/platform/env";
import type { Mail } from "./outbox";
import { templates } from "./templates";

/** The provider would not take a mail. `isFinal` when trying again cannot help. */
export class MailRefused extends Error {
  override readonly name = "MailRefused";
  constructor(
    message: string,
    readonly isFinal: boolean,
    /** How long the provider asks to be left alone; 0 when it does not say. */
    readonly retryAfterSeconds = 0,
  ) {
    super(message);
  }
}

let resend: Resend | undefined;

/**
 * Renders a mail and hands it to Resend, at most once per `idempotencyKey` within the provider's 24 hours.
 *
 * @throws MailRefused
 */
export async function send(mail: Mail, idempotencyKey: string): Promise<void> {
  const { RESEND_API_KEY, RESEND_BASE_URL, MAIL_FROM } = env();
  resend ??= new Resend(RESEND_API_KEY, { baseUrl: RESEND_BASE_URL });
  const { subject, body } = element(mail);
  const html = await render(body);
  const text = toPlainText(html);
  const { error, headers } = await withDeadline(
    resend.emails.send({ from: MAIL_FROM, to: mail.to, subject, html, text }, { idempotencyKey }),
  );
  if (!error) return;
  const status = error.statusCode ?? 0;
  // 4xx says the mail itself is wrong, except for "too many" and "not yet".
  throw new MailRefused(
    `${error.name} (${status || "no answer"})`,
    status >= 400 && status < 500 && ![401, 403, 408, 409, 429].includes(status),
    secondsOf(headers?.["retry-after"]),
  );
}

function element(mail: Mail): { subject: string; body: ReactElement } {
  return (templates[mail.template] as (props: Mail["props"]) => { subject: string; body: ReactElement })(mail.props);
}

/** Returns a Retry-After header: seconds or a date. 0 for what is neither, or past. */
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
