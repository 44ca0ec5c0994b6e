import { render, toPlainText } from "@react-email/render";
import type { ReactElement } from "react";
import { setProductName } from "@/emails/product";
import { appearance } from "@/server/membership/instance/appearance";
import { formatsOf, withFormats } from "@/server/platform/formats";
import { MailRefused } from "./delivery/refused";
import type { RenderedMail } from "./delivery/rendered";
import { sendByResend } from "./delivery/resend";
import { sendBySmtp } from "./delivery/smtp";
import type { Mail } from "./outbox";
import { formatsOfAddress } from "./queries";
import { type MailRoute, mailRoute } from "./route/current";
import { templates } from "./templates";

const plain = { timeZone: null, locale: null, weekStart: null };

/**
 * Renders a mail and sends it through the mail server or Resend. `id` identifies it over all attempts.
 *
 * @param route how it is sent; by default as it is set, another one to test it
 * @throws MailRefused
 */
export async function send(mail: Mail, id: string, route: MailRoute = mailRoute()): Promise<void> {
  if (route.kind === "none") throw new MailRefused("no way for mail to go out is set", false);
  setProductName(appearance().name);
  // Dates and times are in the recipient's formats; a stranger's are unknown. A failed look-up does not delay the mail.
  const formats = await formatsOfAddress(mail.to).catch(() => plain);
  const { subject, body } = withFormats(formatsOf(formats), () => element(mail));
  const html = await render(body);
  const rendered: RenderedMail = { id, from: route.from, to: mail.to, subject, html, text: toPlainText(html) };
  await (route.kind === "smtp" ? sendBySmtp(rendered, route.smtp) : sendByResend(rendered, route));
}

function element(mail: Mail): { subject: string; body: ReactElement } {
  return (templates[mail.template] as (props: Mail["props"]) => { subject: string; body: ReactElement })(mail.props);
}
