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
  const { matching, total } = await api.members.list({ workspace: acme.slug, role: "viewer" });
  expect({ matching, total }).toEqual({ matching: 1, total: 3 });
  expect(await reasonOf(api.members.list({ workspace: acme.slug, role: "owner" as "admin" }))).toBe("invalid_input");
});

test("how many a filter leaves is counted up to a hundred, on its first page and on later ones", async () => {
  const acme = await workspace();
  const { api } = acme.admin;
  const mostOf = async (asked: object) => {
    const { matching, total, rows, next } = await api.members.list({ workspace: acme.slug, ...asked });
    return { matching, total, shown: rows.length, next };
  };
  await insertMembers(owner, acme.id, 60, { name: "Crowd" });
  const first = await mostOf({ search: "crowd" });
  expect(first).toMatchObject({ matching: 60, total: 61, shown: 50 });
  expect(await mostOf({ search: "crowd", after: first.next })).toMatchObject({ matching: 60, shown: 10, next: null });
  expect(await mostOf({})).toMatchObject({ matching: 61, total: 61, shown: 50 });
  await insertMembers(owner, acme.id, 60, { name: "More of the crowd" });
  const many = await mostOf({ search: "crowd" });
  expect(many).toMatchObject({ matching: 100, total: 121, shown: 50 });
  expect(await mostOf({ search: "crowd", after: many.next })).toMatchObject({ matching: 100, shown: 50 });
  expect(await mostOf({ search: "none of that name" })).toMatchObject({ matching: 0, shown: 0, next: null });
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
