import { sql } from "drizzle-orm";
import { beforeEach, expect, test } from "vitest";
import { transaction } from "@/db/client";
import { owner } from "@/tests/support/database";
import { queuedMails } from "@/tests/support/mails";
import { memberOf, type TestWorkspace, workspace } from "@/tests/support/people";
import { remindDue } from "./job";

let acme: TestWorkspace;

beforeEach(async () => {
  await owner`delete from mail_outbox`;
  await owner`delete from api_keys`;
  acme = await workspace();
});

const make = async (name: string, ends: string, who = acme.admin) => {
  const { id } = await who.api.keys.create({ workspace: acme.slug, name });
  await endIn(id, ends);
  return id;
};

const endIn = (id: string, ends: string) =>
  owner`update api_keys set expires_at = now() + ${ends}::interval where id = ${id}`;

const told = async () =>
  (await queuedMails("key-expiring"))
    .map(({ to, props }) => [to, props.keyName, props.isLastDay, props.isMaker])
    .sort();

test("the maker of a key is told 7 days and 1 day before it ends, once each", async () => {
  const dev = await memberOf(acme, "developer");
  const id = await make("Backend", "8 days", dev);
  await remindDue();
  expect(await told()).toEqual([]);
  await endIn(id, "6 days 23 hours");
  await remindDue();
  await remindDue();
  const week = [dev.person.email, "Backend", false, true];
  expect(await told()).toEqual([week]);
  await endIn(id, "23 hours");
  await remindDue();
  await remindDue();
  expect(await told()).toEqual([week, [dev.person.email, "Backend", true, true]]);
  const [mail] = await queuedMails("key-expiring");
  expect(mail?.props).toMatchObject({
    url: `http://localhost:3000/w/${acme.slug}/keys?q=${id}`,
    origin: "http://localhost:3000",
    masked: expect.stringMatching(/^atl_\w{4}…\w{4}$/),
  });
});

test("a key that is found with a day left is told of once, as its last day", async () => {
  await make("Late", "5 hours");
  await remindDue();
  await remindDue();
  expect(await told()).toEqual([[acme.admin.person.email, "Late", true, true]]);
});

test("every Admin is told of a service key, and of one whose maker has left", async () => {
  const [second, dev] = [await memberOf(acme, "admin"), await memberOf(acme, "developer")];
  const id = await make("Service", "3 days", second);
  await owner`update api_keys set is_service = true where id = ${id}`;
  await make("Left", "3 days", dev);
  await acme.admin.api.members.remove({ workspace: acme.slug, userId: dev.person.id, keys: "keep" });
  await remindDue();
  const admins = [acme.admin.person.email, second.person.email];
  expect(await told()).toEqual(
    ["Service", "Left"].flatMap((name) => admins.map((to) => [to, name, false, false])).sort(),
  );
});

test("no reminder is sent for a key that was rotated, disabled or revoked, that has ended, or that does not end", async () => {
  const at = { workspace: acme.slug };
  await acme.admin.api.keys.rotate({ ...at, keyId: await make("Rotated", "20 hours") });
  await acme.admin.api.keys.disable({ ...at, keyId: await make("Disabled", "20 hours") });
  await acme.admin.api.keys.revoke({ ...at, keyId: await make("Revoked", "20 hours") });
  await make("Ended", "-1 second");
  await acme.admin.api.keys.create({ ...at, name: "Endless", expiration: "never" });
  await owner`update api_keys set expires_at = now() + interval '90 days' where name = 'Rotated' and replaced_by is null`;
  await remindDue();
  expect(await told()).toEqual([]);
});

test("a key whose end was moved is told of anew", async () => {
  const id = await make("Backend", "20 hours");
  await remindDue();
  await acme.admin.api.keys.update({ workspace: acme.slug, keyId: id, expiration: "30" });
  await remindDue();
  expect(await told()).toHaveLength(1);
  await endIn(id, "6 days");
  await remindDue();
  expect((await told()).map(([, , isLastDay]) => isLastDay)).toEqual([false, true]);
});

test("several instances at once tell of each key once, however many there are", async () => {
  for (let i = 0; i < 12; i++) await make(`Key ${i}`, "3 days");
  await Promise.all([remindDue(), remindDue(), remindDue()]);
  expect(new Set((await told()).map(([, name]) => name)).size).toBe(12);
  expect(await told()).toHaveLength(12);
});

test("I1 the job sees the keys that end soon, and of other workspaces nothing else", async () => {
  const soon = await make("Soon", "3 days");
  await make("Later", "8 days");
  await acme.admin.api.keys.revoke({ workspace: acme.slug, keyId: await make("Revoked", "3 days") });
  const seen = await transaction("read", {}, async (db) => {
    await db.execute(sql`select set_config('app.job', 'key-reminders', true)`);
    const [keys, workspaces] = [
      await db.execute(sql`select id from api_keys`),
      await db.execute(sql`select id from workspaces`),
    ];
    return [keys.map(({ id }) => id), workspaces.length];
  });
  expect(seen).toEqual([[soon], 0]);
});

test("the mail and the mark that it was sent are one transaction", async () => {
  const id = await make("Backend", "3 days");
  await owner`alter table mail_outbox add constraint refused check (template <> 'key-expiring')`;
  await expect(remindDue()).rejects.toThrow();
  const [row] = await owner`select reminded_days from api_keys where id = ${id}`;
  expect(row?.reminded_days).toBeNull();
  await owner`alter table mail_outbox drop constraint refused`;
  await remindDue();
  expect(await told()).toHaveLength(1);
});
