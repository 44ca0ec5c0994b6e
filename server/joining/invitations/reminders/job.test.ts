import { sql } from "drizzle-orm";
import { beforeEach, expect, test } from "vitest";
import { transaction } from "@/db/client";
import { owner } from "@/tests/support/database";
import { queuedMails } from "@/tests/support/mails";
import { offer, type TestOffer } from "@/tests/support/offers";
import { apiFor, memberOf, workspace } from "@/tests/support/people";
import { answerToken } from "../by-mail/link";
import { remindDue } from "./job";

beforeEach(async () => {
  await owner`delete from mail_outbox`;
  await owner`delete from invitations`;
  await owner`delete from rate_buckets`;
});

const endIn = ({ id }: TestOffer, ends: string) =>
  owner`update invitations set created_at = now() - interval '5 days', expires_at = now() + ${ends}::interval where id = ${id}`;

/** Returns an invitation that expires soon. */
async function ending(ends = "1 day", given: Parameters<typeof offer>[0] = {}): Promise<TestOffer> {
  const made = await offer(given);
  await endIn(made, ends);
  return made;
}

const told = async () => (await queuedMails("invitation-reminder")).map(({ to }) => to).sort();

test("an invited person who has not answered is told once, 2 days before the end", async () => {
  const made = await offer({ role: "billing" });
  const { email } = made.guest.person;
  await endIn(made, "2 days 1 minute");
  await remindDue();
  expect(await told()).toEqual([]);
  await endIn(made, "1 day 23 hours");
  await remindDue();
  await remindDue();
  await endIn(made, "1 hour");
  await remindDue();
  expect(await told()).toEqual([email]);
  const [mail] = await queuedMails("invitation-reminder");
  expect(mail?.props).toMatchObject({
    url: "http://localhost:3000/welcome",
    inviterName: made.acme.admin.person.name,
    inviterEmail: made.acme.admin.person.email,
    workspaceName: made.acme.name,
    role: "Billing",
    recipient: email,
    origin: "http://localhost:3000",
  });
});

test("a person invited just now to what ends soon is not reminded of it the same day", async () => {
  const made = await ending();
  await owner`update invitations set created_at = now() - interval '23 hours' where id = ${made.id}`;
  await remindDue();
  expect(await told()).toEqual([]);
  await owner`update invitations set created_at = now() - interval '25 hours' where id = ${made.id}`;
  await remindDue();
  expect(await told()).toEqual([made.guest.person.email]);
});

test("the mail leads to where the invitation waits, its links turn it down, and the first mail's link still accepts it", async () => {
  const [one, two] = [await ending(), await ending()];
  await remindDue();
  const [mail] = (await queuedMails("invitation-reminder")).filter(({ to }) => to === one.guest.person.email);
  expect(await one.guest.api.invitations.mine()).toMatchObject([{ id: one.id }]);
  const token = new URL(String(mail?.props.declineUrl)).pathname.slice("/decline/".length);
  expect(new URL(String(mail?.props.reportUrl)).pathname).toBe(`/report/${token}`);
  expect(await apiFor(null).invitations.declineByMail({ token })).toEqual({ state: "declined" });
  expect(await two.guest.api.invitations.accept({ token: two.token })).toEqual({ slug: two.acme.slug });
});

test("no reminder is sent for an invitation that was answered, revoked or has ended, or of a deleted workspace", async () => {
  await (async (made) => made.guest.api.invitations.accept({ token: made.token }))(await ending());
  await (async (made) => made.guest.api.invitations.decline({ token: made.token }))(await ending());
  await (async (made) => apiFor(null).invitations.reportByMail({ token: answerToken(made.acme.id, made.id) }))(
    await ending(),
  );
  await (async ({ acme, at, id }) => acme.admin.api.invitations.revoke({ ...at, invitationId: id }))(await ending());
  await ending("-1 second");
  const { acme } = await ending();
  await acme.admin.api.workspaces.remove({ workspace: acme.slug, confirmation: acme.name });
  await remindDue();
  expect(await told()).toEqual([]);
});

test("no reminder is sent for an invitation that could not be accepted, since its maker lost the right to make it", async () => {
  const acme = await workspace();
  const second = await memberOf(acme, "admin");
  await ending("1 day", { acme, by: second });
  await acme.admin.api.members.changeRole({ workspace: acme.slug, userId: second.person.id, role: "viewer" });
  await remindDue();
  expect(await told()).toEqual([]);
});

test("an invitation that is sent again has had its reminder; one that is made anew after its end has not", async () => {
  const made = await ending();
  await remindDue();
  await made.acme.admin.api.invitations.resend({ ...made.at, invitationId: made.id });
  await endIn(made, "1 day");
  await remindDue();
  // The reminder was still waiting, and the mail that was sent again replaces it.
  expect(await told()).toHaveLength(0);
  await endIn(made, "-1 second");
  await made.acme.admin.api.invitations.create({ ...made.at, emails: made.guest.person.email, role: "viewer" });
  await endIn(made, "1 day");
  await remindDue();
  expect(await told()).toHaveLength(1);
});

test("one that is made anew from a list has not had its reminder either", async () => {
  const made = await ending();
  await remindDue();
  await endIn(made, "-1 second");
  await made.acme.admin.api.invitations.createMany({ ...made.at, list: `${made.guest.person.email},viewer` });
  await endIn(made, "1 day");
  await remindDue();
  expect(await told()).toHaveLength(2);
});

test("a person with an account who does not want reminders gets none", async () => {
  const made = await ending();
  await made.guest.api.account.chooseMails({ topics: [] });
  await remindDue();
  expect(await told()).toEqual([]);
});

test("several instances at once tell of each invitation once, however many there are", async () => {
  const acme = await workspace();
  for (let i = 0; i < 12; i++) await ending("1 day", { acme });
  await Promise.all([remindDue(), remindDue(), remindDue()]);
  expect(new Set(await told()).size).toBe(12);
  expect(await told()).toHaveLength(12);
});

test("more than one round's worth says that there is more", async () => {
  const acme = await workspace();
  const list = Array.from({ length: 50 }, (_, i) => `many-${i}@example.com,viewer`).join("\n");
  await acme.admin.api.invitations.createMany({ workspace: acme.slug, list });
  await owner`update invitations set created_at = now() - interval '5 days', expires_at = now() + interval '1 day'`;
  expect(await remindDue()).toBe(true);
  expect(await remindDue()).toBe(false);
  expect(await told()).toHaveLength(50);
});

test("I1 the job sees the invitations it has to remind of, and no other", async () => {
  const [soon] = [await ending("1 day"), await ending("3 days"), await ending("-1 second")];
  await remindDue();
  const due = await ending("1 day");
  expect(due.id).not.toBe(soon.id);
  const seen = await transaction("read", {}, async (db) => {
    await db.execute(sql`select set_config('app.job', 'invitation-reminders', true)`);
    return (await db.execute(sql`select id from invitations`)).map(({ id }) => id);
  });
  expect(seen).toEqual([due.id]);
});

test("the mail and the mark that it was sent are one transaction", async () => {
  const made = await ending();
  await owner`alter table mail_outbox add constraint refused check (template <> 'invitation-reminder')`;
  await expect(remindDue()).rejects.toThrow();
  await owner`alter table mail_outbox drop constraint refused`;
  const [row] = await owner`select reminded_at from invitations where id = ${made.id}`;
  expect(row?.reminded_at).toBeNull();
  await remindDue();
  expect(await told()).toHaveLength(1);
});

test("accepting and reminding at once: whichever is first, a person who has joined is not reminded afterwards", async () => {
  const made = await ending();
  await Promise.all([made.guest.api.invitations.accept({ token: made.token }), remindDue()]);
  const before = (await told()).length;
  expect(before).toBeLessThanOrEqual(1);
  await remindDue();
  expect(await told()).toHaveLength(before);
});

test("IS-16 a reminder that waits is withdrawn with what it reminds of", async () => {
  const endings: ((made: TestOffer) => Promise<unknown>)[] = [
    ({ acme, at, id }) => acme.admin.api.invitations.revoke({ ...at, invitationId: id }),
    ({ acme, id }) => apiFor(null).invitations.reportByMail({ token: answerToken(acme.id, id) }),
    ({ guest, token }) => guest.api.invitations.decline({ token }),
  ];
  for (const end of endings) {
    const made = await ending();
    await remindDue();
    expect(await told()).toEqual([made.guest.person.email]);
    await end(made);
    expect(await told()).toEqual([]);
  }
});
