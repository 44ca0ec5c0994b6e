import { openMail } from "@/server/mail/outbox";
import { owner } from "./database";

/** Returns the queued mails of a template, oldest first, with their recipients and contents. */
export async function queuedMails(template: string): Promise<{ to: string; props: Record<string, unknown> }[]> {
  const rows =
    await owner`select payload from mail_outbox where template = ${template} and status = 'queued' order by created_at, id`;
  return rows.map(({ payload }) => {
    const mail = openMail(payload);
    if (!mail) throw new Error("a mail cannot be opened");
    return { to: mail.to, props: mail.props as Record<string, unknown> };
  });
}

/** Returns the templates of the queued mails to an address, in the order in which they were written. */
export async function templatesTo(address: string): Promise<string[]> {
  const rows = await owner`select template, payload from mail_outbox where payload is not null order by created_at, id`;
  return rows.flatMap(({ template, payload }) => (openMail(payload)?.to === address ? [template as string] : []));
}
