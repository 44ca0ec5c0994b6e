import { expect, test } from "vitest";
import { database } from "@/db/client";
import { owner } from "@/tests/support/database";
import { memberOf, newPerson, reasonOf, workspace } from "@/tests/support/people";
import { clientKey, type Limit } from "./limits";
import { forgetOld, take } from "./queries";

const limit: Limit = { name: "test", burst: 5, seconds: 50 };
const whom = () => Math.random().toString(36);

test("a bucket gives what it holds, to however many ask at once, and then says how long to wait", async () => {
  const who = whom();
  const answers = await Promise.all(Array.from({ length: 40 }, () => take(database(), limit, who)));
  expect(answers.filter((seconds) => seconds === 0)).toHaveLength(5);
  expect(await take(database(), limit, who)).toBe(10);
  expect(await take(database(), limit, who, 3)).toBe(30);
});

test("a bucket leaks: after the time it named, there is room again", async () => {
  const who = whom();
  await take(database(), limit, who, 5);
  const wait = await take(database(), limit, who, 2);
  await owner`update rate_buckets set at = at - make_interval(secs => ${wait}) where key = ${`test:${who}`}`;
  expect(await take(database(), limit, who, 2)).toBe(0);
  expect(await take(database(), limit, who, 2)).toBeGreaterThan(0);
});

test("what can never fit is refused, and one share does not touch another", async () => {
  const [one, other] = [whom(), whom()];
  expect(await take(database(), limit, one, 6)).toBeGreaterThan(0);
  expect(await take(database(), limit, one, 5)).toBe(0);
  expect(await take(database(), limit, other, 5)).toBe(0);
});

test("RL-03 an IPv6 client has one bucket for its /64, however the address is written", () => {
  const same = [
    "2001:db8:1:2::1",
    "2001:DB8:1:2:ffff:ffff:ffff:ffff",
    "2001:0db8:0001:0002:0000:0000:0000:0001",
    "2001:db8:1:2:0:0:0:9%eth0",
  ];
  expect(new Set(same.map(clientKey))).toEqual(new Set(["2001:db8:1:2::/64"]));
  expect(clientKey("2001:db8:1:3::1")).toBe("2001:db8:1:3::/64");
  expect(clientKey("::1")).toBe("0:0:0:0::/64");
  expect(
    new Set(["203.0.113.7", "::ffff:203.0.113.7", "::FFFF:203.0.113.7", "0:0:0:0:0:ffff:203.0.113.7"].map(clientKey)),
  ).toEqual(new Set(["203.0.113.7"]));
});

test("RL-05 a person invites so many an hour in all their workspaces together", async () => {
  const [acme, other] = [await workspace(), null];
  const again = await workspace("Second", acme.admin);
  const addresses = (tag: string) => Array.from({ length: 26 }, (_, i) => `${tag}${i}@example.com`).join(" ");
  await acme.admin.api.invitations.create({ workspace: acme.slug, emails: addresses("a"), role: "viewer" });
  expect(
    await reasonOf(
      again.admin.api.invitations.create({ workspace: again.slug, emails: addresses("b"), role: "viewer" }),
    ),
  ).toBe("too_many");
  expect(other).toBeNull();
});

test("RL-05 revoking and inviting again does not reset how often one address is mailed", async () => {
  const acme = await workspace();
  const invite = async () => {
    await acme.admin.api.invitations.create({ workspace: acme.slug, emails: "again@example.com", role: "viewer" });
    const [row] = (await acme.admin.api.invitations.list({ workspace: acme.slug })).rows;
    await acme.admin.api.invitations.revoke({ workspace: acme.slug, invitationId: row?.id ?? "" });
  };
  for (let i = 0; i < 3; i++) await invite();
  expect(await reasonOf(invite())).toBe("too_many");
  expect((await acme.admin.api.invitations.list({ workspace: acme.slug })).rows).toEqual([]);
});

test("RL-05 one address is mailed so often a day by all workspaces together", async () => {
  const outcomes: string[] = [];
  for (let i = 0; i < 11; i++) {
    const acme = await workspace();
    const attempt = acme.admin.api.invitations.create({
      workspace: acme.slug,
      emails: "popular@example.com",
      role: "viewer",
    });
    outcomes.push(
      await attempt.then(
        () => "invited",
        () => reasonOf(attempt),
      ),
    );
  }
  expect(outcomes).toEqual([...Array(10).fill("invited"), "too_many"]);
});

test("a refused attempt costs nothing", async () => {
  const acme = await workspace();
  const viewer = await memberOf(acme, "viewer");
  for (let i = 0; i < 5; i++)
    await reasonOf(viewer.api.invitations.create({ workspace: acme.slug, emails: "x@example.com", role: "viewer" }));
  const rows = await owner`select 1 from rate_buckets where key like ${`invitations%${viewer.person.id}%`}`;
  expect(rows).toHaveLength(0);
});

test("a person makes so many keys and workspaces an hour", async () => {
  const acme = await workspace();
  const make = (i: number) => acme.admin.api.keys.create({ workspace: acme.slug, name: `Key ${i}` });
  for (let i = 0; i < 60; i++) await make(i);
  expect(await reasonOf(make(60))).toBe("too_many");
  const { api } = await newPerson();
  const found = (i: number) =>
    api.workspaces.create({ name: `W ${i}`, kind: "organization", creationKey: crypto.randomUUID() });
  for (let i = 0; i < 20; i++) await found(i);
  expect(await reasonOf(found(20))).toBe("too_many");
});

test("old buckets are forgotten", async () => {
  const who = whom();
  await take(database(), limit, who);
  await owner`update rate_buckets set at = now() - interval '3 days' where key = ${`test:${who}`}`;
  expect(await forgetOld(database())).toBe(1);
});

test("RL-05 IS-09 new accounts mail few strangers, however many of them there are, and their own organization as before", async () => {
  await owner`delete from rate_buckets where key like 'strangers%'`;
  const invited = async (email: string, domain: string) => {
    const admin = await newPerson({ email });
    await owner`update users set created_at = now() where id = ${admin.person.id}`;
    const acme = await workspace(undefined, admin);
    const list = Array.from({ length: 120 }, (_, i) => `s${i}-${whom().slice(2)}@${domain}`).join("\n");
    await admin.api.invitations.createMany({
      workspace: acme.slug,
      list: `email,role\n${list.replaceAll("\n", ",viewer\n")},viewer`,
    });
    const [row] = await owner`select count(*)::int as n from invitations where workspace_id = ${acme.id}`;
    return row?.n;
  };
  expect(await invited("mallory@catch-all-one.com", "strangers.com")).toBe(50);
  expect(await invited("mallory@catch-all-two.com", "strangers.com")).toBe(50);
  // By then, the client and the domain have used up their limits.
  expect(await invited("mallory@catch-all-three.com", "strangers.com")).toBe(0);
  expect(await invited("ada@our-own-company.com", "our-own-company.com")).toBe(120);
});
