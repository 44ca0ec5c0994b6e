import { openMail } from "@/server/mail/outbox";
import { owner } from "./database";
import { newPerson, type Signed, type TestWorkspace, workspace } from "./people";

/** Returns the token in the newest mail to an address, read from its link as the recipient would. */
export async function mailedToken(email: string): Promise<string> {
  const mails = await owner`select payload from mail_outbox where payload is not null order by created_at desc, id`;
  for (const { payload } of mails) {
    const mail = openMail(payload);
    if (mail?.to === email && mail.template === "invitation")
      return new URL(mail.props.url).pathname.split("/").at(-1) ?? "";
  }
  throw new Error("no mail to that address");
}

/** A workspace with a pending invitation. */
export type TestOffer = { acme: TestWorkspace; at: { workspace: string }; guest: Signed; id: string; token: string };

/** Invites a person to a new workspace or to a given one, as its Admin or another member. */
export async function offer(
  given: { acme?: TestWorkspace; by?: Signed; role?: "admin" | "developer" | "billing" | "viewer" } = {},
): Promise<TestOffer> {
  const acme = given.acme ?? (await workspace());
  const guest = await newPerson();
  const at = { workspace: acme.slug };
  const inviter = given.by ?? acme.admin;
  await inviter.api.invitations.create({ ...at, emails: guest.person.email, role: given.role ?? "developer" });
  const [row] =
    await owner`select id from invitations where workspace_id = ${acme.id} and email = ${guest.person.email}`;
  return { acme, at, guest, id: row?.id, token: await mailedToken(guest.person.email) };
}
