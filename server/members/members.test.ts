import { expect, test } from "vitest";
import { owner } from "@/tests/support/database";
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
  await owner`insert into memberships (workspace_id, user_id, role) values (${acme.id}, ${grace.person.id}, 'viewer')`;
  const find = async (search: string) =>
    (await acme.admin.api.members.list({ workspace: acme.slug, search })).rows.map(({ name }) => name);
  expect(await find("hopp")).toEqual(["Grace Hopper"]);
  expect(await find("NAVY")).toEqual(["Grace Hopper"]);
  expect(await find("%")).toEqual([]);
});

test("pages of members lead forward and back over every row once", async () => {
  const acme = await workspace();
  await owner`
    with made as (insert into users (name, email, email_verified_at) select 'M' || i, 'm' || i || '-' || ${acme.slug} || '@example.com', now() from generate_series(1, 119) i returning id)
    insert into memberships (workspace_id, user_id, role) select ${acme.id}, id, 'viewer' from made`;
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
