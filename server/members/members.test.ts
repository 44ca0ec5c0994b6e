import { randomUUID } from "node:crypto";
import { expect, test } from "vitest";
import { owner } from "@/tests/support/database";
import { insertMember, insertMembers } from "@/tests/support/factories/workspaces";
import { memberOf, newPerson, reasonOf, workspace } from "@/tests/support/people";

test("the creator of a workspace is its Admin, and a member sees all members", async () => {
  const acme = await workspace("Acme");
  await memberOf(acme, "developer");
  const { rows, total } = await acme.admin.api.members.list({ workspace: acme.slug });
  expect(total).toBe(2);
  expect(rows.map(({ role }) => role)).toEqual(["admin", "developer"]);
});

test("members are found by name and address, and wildcards mean themselves", async () => {
  const acme = await workspace();
  const grace = await newPerson({ name: "Grace Hopper", email: "grace@navy.example" });
  await insertMember(owner, acme.id, grace.person.id, "viewer");
  const find = async (search: string) =>
    (await acme.admin.api.members.list({ workspace: acme.slug, search })).rows.map(({ name }) => name);
  expect(await find("hopp")).toEqual(["Grace Hopper"]);
  expect(await find("NAVY")).toEqual(["Grace Hopper"]);
  expect(await find("%")).toEqual([]);
});

test("pages of members lead forward and back over every row once", async () => {
  const acme = await workspace();
  await insertMembers(owner, acme.id, 119);
  const list = (place: { after?: string; before?: string }) =>
    acme.admin.api.members.list({ workspace: acme.slug, ...place });
  const first = await list({});
  const second = await list({ after: first.next ?? "" });
  const third = await list({ after: second.next ?? "" });
  expect([first, second, third].map(({ rows }) => rows.length)).toEqual([50, 50, 20]);
  expect(new Set([first, second, third].flatMap(({ rows }) => rows.map(({ userId }) => userId))).size).toBe(120);
  expect([first.previous, third.next]).toEqual([null, null]);
  const back = await list({ before: third.previous ?? "" });
  expect(back.rows).toEqual(second.rows);
  const start = await list({ before: back.previous ?? "" });
  expect(start.rows).toEqual(first.rows);
  expect(start.previous).toBeNull();
});

test.each(["joined", "name", "role", "active"] as const)(
  "members sorted by %s lead forward and back over every row once, either way round",
  async (sort) => {
    const acme = await workspace();
    // Equal sort keys on both sides of a page's end, and names longer than a cursor has room for.
    await insertMembers(owner, acme.id, 70, { name: "😀".repeat(55), seenMinutesAgo: 7 });
    await insertMembers(owner, acme.id, 49, { role: "billing" });
    for (const order of ["asc", "desc"] as const) {
      const page = (place: { after?: string; before?: string }) =>
        acme.admin.api.members.list({ workspace: acme.slug, sort, order, ...place });
      const first = await page({});
      const second = await page({ after: first.next ?? "" });
      const third = await page({ after: second.next ?? "" });
      expect([first, second, third].map(({ rows }) => rows.length)).toEqual([50, 50, 20]);
      expect(new Set([first, second, third].flatMap(({ rows }) => rows.map(({ userId }) => userId))).size).toBe(120);
      expect((await page({ before: third.previous ?? "" })).rows).toEqual(second.rows);
    }
  },
);

test("each order of members begins as its head says, and a role leaves those who have it", async () => {
  const acme = await workspace();
  const { api, person } = acme.admin;
  const zoe = await newPerson({ name: "Zoë" });
  const abe = await newPerson({ name: "abe" });
  await insertMember(owner, acme.id, zoe.person.id, "viewer");
  await insertMember(owner, acme.id, abe.person.id, "developer");
  await owner`update memberships set last_active_at = now() - interval '1 day' where user_id = ${abe.person.id}`;
  await owner`update memberships set last_active_at = null where user_id = ${zoe.person.id}`;
  await owner`update users set name = 'Mia' where id = ${person.id}`;
  const ids = new Map([
    [person.id, "mia"],
    [zoe.person.id, "zoe"],
    [abe.person.id, "abe"],
  ]);
  const names = async (asked: object) =>
    (await api.members.list({ workspace: acme.slug, ...asked })).rows.map(({ userId }) => ids.get(userId));
  expect(await names({ sort: "name" })).toEqual(["abe", "mia", "zoe"]);
  expect(await names({ sort: "name", order: "desc" })).toEqual(["zoe", "mia", "abe"]);
  expect(await names({ sort: "role" })).toEqual(["mia", "abe", "zoe"]);
  expect((await names({ sort: "active", order: "asc" }))[0]).toBe("zoe");
  expect(await names({ role: "developer" })).toEqual(["abe"]);
  expect(await names({ role: "developer", search: "zo" })).toEqual([]);
  const { rows, total } = await api.members.list({ workspace: acme.slug, role: "viewer" });
  expect({ shown: rows.length, total }).toEqual({ shown: 1, total: 3 });
  expect(await reasonOf(api.members.list({ workspace: acme.slug, role: "owner" as "admin" }))).toBe("invalid_input");
});

test("a search in pages of fifty, forward and back, alone and with a role or another order", async () => {
  const acme = await workspace();
  const { api } = acme.admin;
  await insertMembers(owner, acme.id, 60, { name: "Crowd", joinedSecondsAgo: 60 });
  const ask = async (asked: object) => {
    const { total, rows, previous, next } = await api.members.list({ workspace: acme.slug, ...asked });
    return { total, names: rows.map(({ name }) => name), previous, next };
  };
  const crowd = Array.from({ length: 60 }, (_, i) => `Crowd ${i + 1}`);
  const first = await ask({ search: "crowd" });
  expect(first).toMatchObject({ total: 61, names: crowd.slice(0, 50), previous: null });
  const second = await ask({ search: "crowd", after: first.next });
  expect(second).toMatchObject({ names: crowd.slice(50), next: null });
  expect(await ask({ search: "crowd", before: second.previous })).toMatchObject({ names: first.names, previous: null });
  // A cursor that is none of ours begins at the beginning, or at the end when one goes back.
  expect((await ask({ search: "crowd", before: "x" })).names).toEqual(crowd.slice(10));
  expect((await ask({ search: "CROWD", order: "desc" })).names).toEqual(crowd.slice(10).reverse());
  expect((await ask({ search: "crowd 7", role: "admin" })).names).toEqual([]);
  expect((await ask({ search: "owd 7" })).names).toEqual(["Crowd 7"]);
  expect(await ask({ search: "none of that name" })).toMatchObject({ names: [], previous: null, next: null });
  expect((await ask({})).names).toHaveLength(50);
});

test("what waits for an Admin is counted: invitations, people at the door, members who ask for another role", async () => {
  const acme = await workspace();
  const waiting = () => acme.admin.api.members.waiting({ workspace: acme.slug });
  expect(await waiting()).toEqual({ invitations: 0, requests: 0 });
  await acme.admin.api.invitations.create({ workspace: acme.slug, emails: "a@x.example, b@x.example", role: "viewer" });
  const viewer = await memberOf(acme, "viewer");
  await viewer.api.roleRequests.ask({ workspace: acme.slug, role: "developer" });
  const stranger = await newPerson();
  await owner`insert into join_requests (workspace_id, user_id) values (${acme.id}, ${stranger.person.id})`;
  expect(await waiting()).toEqual({ invitations: 2, requests: 2 });
  // The request of a member who got the role in another way is not counted, nor are those of another workspace.
  await owner`update memberships set role = 'developer' where user_id = ${viewer.person.id}`;
  expect(await waiting()).toEqual({ invitations: 2, requests: 1 });
  const other = await workspace();
  expect(await other.admin.api.members.waiting({ workspace: other.slug })).toEqual({ invitations: 0, requests: 0 });
});

test("what waits for an Admin is told to no other role, and not where there is no inviting", async () => {
  const acme = await workspace();
  await acme.admin.api.invitations.create({ workspace: acme.slug, emails: "a@x.example", role: "viewer" });
  for (const role of ["developer", "billing", "viewer"] as const) {
    const { api } = await memberOf(acme, role);
    expect(await api.members.waiting({ workspace: acme.slug }), role).toBeNull();
  }
  const { api } = acme.admin;
  const { slug } = await api.workspaces.create({ name: "Mine", kind: "personal", creationKey: randomUUID() });
  expect(await api.members.waiting({ workspace: slug })).toBeNull();
});

test("the last Admin can neither leave, nor be removed, nor be demoted", async () => {
  const acme = await workspace();
  const { api, person } = acme.admin;
  const dev = await memberOf(acme, "developer");
  expect(await reasonOf(api.members.leave({ workspace: acme.slug }))).toBe("last_admin");
  expect(await reasonOf(api.members.remove({ workspace: acme.slug, userId: person.id }))).toBe("last_admin");
  expect(await reasonOf(api.members.changeRole({ workspace: acme.slug, userId: person.id, role: "viewer" }))).toBe(
    "last_admin",
  );
  expect(await reasonOf(api.account.remove({ confirmation: person.email }))).toBe("last_admin_elsewhere");
  await api.members.changeRole({ workspace: acme.slug, userId: dev.person.id, role: "admin" });
  await api.members.leave({ workspace: acme.slug });
  expect(await reasonOf(api.members.list({ workspace: acme.slug }))).toBe("not_found");
});

// CR-01
test("CR-01 two Admins who take each other's place at the same moment leave at least one", {
  timeout: 120_000,
}, async () => {
  const races = [
    (a: Racer, b: Racer) => [a.api.members.leave(a.at), b.api.members.leave(b.at)],
    (a: Racer, b: Racer) => [
      a.api.members.changeRole({ ...a.at, userId: b.id, role: "viewer" }),
      b.api.members.changeRole({ ...b.at, userId: a.id, role: "viewer" }),
    ],
    (a: Racer, b: Racer) => [a.api.members.remove({ ...a.at, userId: b.id }), b.api.members.leave(b.at)],
    (a: Racer, b: Racer) => [
      a.api.members.remove({ ...a.at, userId: b.id }),
      b.api.members.remove({ ...b.at, userId: a.id }),
    ],
    (a: Racer, b: Racer) => [
      a.api.account.remove({ confirmation: a.email }),
      b.api.members.changeRole({ ...b.at, userId: b.id, role: "viewer" }),
    ],
  ];
  for (let round = 0; round < 40; round++) {
    for (const race of races) {
      const acme = await workspace();
      await memberOf(acme, "viewer");
      const second = await memberOf(acme, "admin");
      const racer = ({ api, person }: typeof second): Racer => ({
        api,
        id: person.id,
        email: person.email,
        at: { workspace: acme.slug },
      });
      const outcomes = await Promise.allSettled(race(racer(acme.admin), racer(second)));
      const [row] =
        await owner`select count(*)::int as n from memberships where workspace_id = ${acme.id} and role = 'admin'`;
      expect(row?.n).toBe(1);
      expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    }
  }
});

type Racer = {
  api: Awaited<ReturnType<typeof newPerson>>["api"];
  id: string;
  email: string;
  at: { workspace: string };
};
