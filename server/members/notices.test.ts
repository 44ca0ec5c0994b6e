import { beforeEach, expect, test } from "vitest";
import { owner } from "@/tests/support/database";
import { insertMember } from "@/tests/support/factories/workspaces";
import { queuedMails } from "@/tests/support/mails";
import { offer } from "@/tests/support/offers";
import { memberOf, newPerson, type Signed, type TestWorkspace, workspace } from "@/tests/support/people";

beforeEach(async () => {
  await owner`delete from mail_outbox`;
  await owner`delete from rate_buckets`;
});

const told = async (template: string) => (await queuedMails(template)).map(({ to }) => to).sort();
const origin = "http://localhost:3000";

/** Opens a domain to all people with an address there, and makes one such person. */
async function atDomain(acme: TestWorkspace): Promise<Signed> {
  const domain = `${acme.slug}.example`;
  await owner`
    insert into domains (workspace_id, domain, mode, proof, status, challenge, created_by)
    values (${acme.id}, ${domain}, 'join', 'dns', 'verified', 'c', ${acme.admin.person.id}) on conflict do nothing`;
  return newPerson({ email: `guest-${Math.random().toString(36).slice(2)}@${domain}` });
}

test("the inviter is told that the invitation was accepted, once, and no other Admin is", async () => {
  const acme = await workspace();
  const second = await memberOf(acme, "admin");
  const made = await offer({ acme, by: second, role: "billing" });
  await made.guest.api.invitations.accept({ token: made.token });
  await made.guest.api.invitations.accept({ token: made.token });
  expect(await queuedMails("invitation-accepted")).toEqual([
    {
      to: second.person.email,
      props: {
        url: `${origin}/w/${acme.slug}/members`,
        personName: made.guest.person.name,
        personEmail: made.guest.person.email,
        workspaceName: acme.name,
        role: "Billing",
        origin,
      },
    },
  ]);
});

test("no mail is sent for a member who accepts an invitation, nor to an inviter who does not want it", async () => {
  const [one, two] = [await offer(), await offer()];
  await insertMember(owner, one.acme.id, one.guest.person.id, "viewer");
  await one.guest.api.invitations.accept({ token: one.token });
  await two.acme.admin.api.account.chooseMails({ topics: ["role-changed"] });
  await two.guest.api.invitations.accept({ token: two.token });
  expect(await told("invitation-accepted")).toEqual([]);
});

test("no mail is sent for an acceptance that is refused", async () => {
  const made = await offer();
  await made.acme.admin.api.workspaces.setSeats({ ...made.at, seats: "1" });
  await expect(made.guest.api.invitations.accept({ token: made.token })).rejects.toThrow();
  expect(await told("invitation-accepted")).toEqual([]);
});

test("every Admin who wants to know is told who joined by the domain, once", async () => {
  const acme = await workspace();
  const [second, third] = [await memberOf(acme, "admin"), await memberOf(acme, "admin")];
  await memberOf(acme, "developer");
  await third.api.account.chooseMails({ topics: [] });
  const guest = await atDomain(acme);
  await guest.api.joining.joinByDomain({ slug: acme.slug });
  await guest.api.joining.joinByDomain({ slug: acme.slug });
  expect(await told("member-joined")).toEqual([acme.admin.person.email, second.person.email].sort());
  const [mail] = await queuedMails("member-joined");
  expect(mail?.props).toMatchObject({
    url: `${origin}/w/${acme.slug}/members`,
    personEmail: guest.person.email,
    workspaceName: acme.name,
    role: "Developer",
    way: "domain",
  });
});

test("of a crowd that comes by the invite link the Admins are told of the first thirty an hour", async () => {
  const acme = await workspace();
  const { url } = await acme.admin.api.inviteLinks.create({
    workspace: acme.slug,
    ...{ role: "viewer", maxUses: "100", days: "7", domain: "" },
  });
  const token = new URL(url).pathname.split("/").at(-1) ?? "";
  for (let i = 0; i < 32; i++) await (await newPerson()).api.inviteLinks.join({ token });
  const mails = await queuedMails("member-joined");
  expect(mails).toHaveLength(30);
  expect(mails[0]?.props).toMatchObject({ way: "link", role: "Viewer", workspaceName: acme.name });
  const [members] = await owner`select member_count from workspaces where id = ${acme.id}`;
  expect(members?.member_count).toBe(33);
});

test("a member is told that their role was changed, by whom and to what; no member is told of their own change", async () => {
  const acme = await workspace();
  const dev = await memberOf(acme, "developer");
  const second = await memberOf(acme, "admin");
  const at = { workspace: acme.slug };
  await acme.admin.api.members.changeRole({ ...at, userId: dev.person.id, role: "viewer" });
  // The same role again is no change.
  await acme.admin.api.members.changeRole({ ...at, userId: dev.person.id, role: "viewer" });
  await second.api.members.changeRole({ ...at, userId: second.person.id, role: "developer" });
  expect(await queuedMails("role-changed")).toEqual([
    {
      to: dev.person.email,
      props: {
        url: `${origin}/w/${acme.slug}`,
        byName: acme.admin.person.name,
        byEmail: acme.admin.person.email,
        workspaceName: acme.name,
        from: "Developer",
        to: "Viewer",
        purpose: "Sees usage, models, files and keys, with secrets masked. Changes nothing.",
        origin,
      },
    },
  ]);
  await dev.api.account.chooseMails({ topics: [] });
  await acme.admin.api.members.changeRole({ ...at, userId: dev.person.id, role: "billing" });
  expect(await told("role-changed")).toHaveLength(1);
});

test("a removed member is told so whatever mails they chose; one who leaves is not", async () => {
  const acme = await workspace();
  const [dev, viewer] = [await memberOf(acme, "developer"), await memberOf(acme, "viewer")];
  const at = { workspace: acme.slug };
  await dev.api.account.chooseMails({ topics: [] });
  await acme.admin.api.members.remove({ ...at, userId: dev.person.id });
  await viewer.api.members.leave(at);
  expect(await queuedMails("member-removed")).toEqual([
    {
      to: dev.person.email,
      props: {
        url: `${origin}/`,
        byName: acme.admin.person.name,
        byEmail: acme.admin.person.email,
        workspaceName: acme.name,
        recipient: dev.person.email,
        origin,
      },
    },
  ]);
});

test("no mail is sent for a removal that is rolled back: the mail is in its transaction", async () => {
  const acme = await workspace();
  const dev = await memberOf(acme, "developer");
  await owner`alter table audit_events add constraint refused check (action <> 'member.removed') not valid`;
  await expect(acme.admin.api.members.remove({ workspace: acme.slug, userId: dev.person.id })).rejects.toThrow();
  await owner`alter table audit_events drop constraint refused`;
  expect(await told("member-removed")).toEqual([]);
});
