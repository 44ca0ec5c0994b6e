import { beforeEach, expect, test } from "vitest";
import { enterWorkspace, transaction } from "@/db/client";
import { disableMembership } from "@/server/members/offboarding/disable-membership";
import { owner } from "@/tests/support/database";
import { memberOf, newPerson, reasonOf, type Signed, type TestWorkspace, workspace } from "@/tests/support/people";
import { operator } from "@/tests/support/procedures/world";

const instanceLog = "00000000-0000-0000-0000-000000000000";

let acme: TestWorkspace;
let grace: Signed;
let olga: Signed;
let at: { workspace: string };
beforeEach(async () => {
  [acme, olga] = [await workspace(), await operator()];
  grace = await memberOf(acme, "admin");
  at = { workspace: acme.slug };
});

/** Lets the operator look inside, by an Admin. */
async function letIn(admin: Signed): Promise<string> {
  await olga.api.instance.askLook({ slug: acme.slug, reason: "Requests fail." });
  const lookId = (await admin.api.looks.list(at))[0]?.id ?? "";
  await admin.api.looks.grant({ ...at, lookId });
  return lookId;
}

const sees = async () =>
  olga.api.workspaces.get(at).then(
    () => true,
    () => false,
  );

const rowsIn = (log: string) =>
  owner`select actor_id, action, after from audit_events where workspace_id = ${log} and target_id = ${acme.id}
    and action = 'look.ended'`;

const origin = { requestId: "", ip: null, userAgent: null };

const ways: [what: string, by: "admin" | "self" | "operator" | "none", end: () => Promise<unknown>][] = [
  [
    "gets another role",
    "admin",
    () => acme.admin.api.members.changeRole({ ...at, userId: grace.person.id, role: "viewer" }),
  ],
  [
    "gets another role with others",
    "admin",
    () => acme.admin.api.members.changeRoles({ ...at, userIds: [grace.person.id], role: "viewer" }),
  ],
  [
    "asks for a lower role and gets it",
    "admin",
    async () => {
      await owner`insert into role_requests (workspace_id, user_id, role) values (${acme.id}, ${grace.person.id}, 'viewer')`;
      const asked = (await acme.admin.api.roleRequests.list(at)).rows[0];
      await acme.admin.api.roleRequests.approve({ ...at, roleRequestId: asked?.id ?? "", role: "viewer" });
    },
  ],
  ["is removed", "admin", () => acme.admin.api.members.remove({ ...at, userId: grace.person.id, keys: "revoke" })],
  ["leaves", "self", () => grace.api.members.leave({ ...at, keys: "revoke" })],
  ["deletes the account", "self", () => grace.api.account.remove({ confirmation: grace.person.email as string })],
  [
    "is disabled by a review",
    "none",
    () =>
      transaction("write", {}, async (db) => {
        await enterWorkspace(db, acme.id);
        const member = { userId: grace.person.id, role: "admin", endsAt: null } as const;
        await disableMembership({ db, person: null, origin }, acme.id, member);
      }),
  ],
  [
    "is deactivated by an operator",
    "operator",
    async () => (await operator()).api.instance.deactivate({ userId: grace.person.id, keys: "keep" }),
  ],
];

test.each(ways)("OP-20 a look ends at once, in both logs, when the Admin who allowed it %s", async (_, by, end) => {
  const lookId = await letIn(grace);
  expect(await sees()).toBe(true);
  await end();
  expect(await sees()).toBe(false);
  const [[here], [there]] = [await rowsIn(acme.id), await rowsIn(instanceLog)];
  expect([here, there]).toMatchObject(Array(2).fill({ after: { operator: olga.person.id } }));
  expect(here?.actor_id === null).toBe(by === "none");
  if (by === "admin") expect(here?.actor_id).toBe(acme.admin.person.id);
  if (by === "self") expect(here?.actor_id).toBe(grace.person.id);
  const [row] = await owner`select status, ends_at <= now() as is_over from looks where id = ${lookId}`;
  expect(row).toEqual({ status: "ended", is_over: true });
  // It stays ended when the person is an Admin again.
  await owner`update memberships set role = 'admin', ends_at = null, restorable_until = null
    where workspace_id = ${acme.id} and user_id = ${grace.person.id}`;
  expect(await sees()).toBe(false);
});

test("OP-20 what other Admins allowed goes on, and so does what an Admin allowed whose membership only changes", async () => {
  await letIn(acme.admin);
  await acme.admin.api.members.remove({ ...at, userId: grace.person.id, keys: "revoke" });
  await owner`update memberships set monthly_limit = 5000000, last_active_at = now() where workspace_id = ${acme.id}`;
  expect([await sees(), await rowsIn(acme.id)]).toEqual([true, []]);
});

test("OP-20 a look ends no later than the membership of the Admin who allowed it, whenever that end was set", async () => {
  const endsIn = (minutes: number) =>
    owner`update memberships set ends_at = now() + make_interval(mins => ${minutes}) where user_id = ${grace.person.id}`;
  const minutesLeft = async (id: string) =>
    (await owner`select round(extract(epoch from ends_at - now()) / 60)::int as n from looks where id = ${id}`)[0]?.n;
  await endsIn(30);
  const lookId = await letIn(grace);
  expect(await minutesLeft(lookId)).toBe(30);
  await endsIn(10);
  expect(await minutesLeft(lookId)).toBe(10);
  await endsIn(50);
  expect([await minutesLeft(lookId), await sees()]).toEqual([10, true]);
});

test("OP-20 a membership that changes in any other way ends the look, too", async () => {
  for (const change of [
    () => owner`update memberships set role = 'developer' where user_id = ${grace.person.id}`,
    () => owner`update memberships set role = 'admin', ends_at = now() where user_id = ${grace.person.id}`,
    () => owner`delete from memberships where user_id = ${grace.person.id}`,
  ]) {
    await owner`update memberships set role = 'admin', ends_at = null where user_id = ${grace.person.id}`;
    await letIn(grace);
    await change();
    expect(await sees()).toBe(false);
  }
});

test("OP-20 an Admin who is deactivated at that moment lets no operator in: in 15 rounds no look is left", async () => {
  const other = await operator();
  for (let round = 0; round < 15; round++) {
    const admin = await newPerson();
    await owner`insert into memberships (workspace_id, user_id, role) values (${acme.id}, ${admin.person.id}, 'admin')`;
    await olga.api.instance.askLook({ slug: acme.slug, reason: "Requests fail." });
    const lookId = (await admin.api.looks.list(at))[0]?.id ?? "";
    const [, granted] = await Promise.allSettled([
      other.api.instance.deactivate({ userId: admin.person.id, keys: "keep" }),
      admin.api.looks.grant({ ...at, lookId }),
    ]);
    expect(await sees()).toBe(false);
    if (granted.status === "rejected") await olga.api.instance.endLook({ slug: acme.slug });
  }
  const late = await newPerson();
  await owner`insert into memberships (workspace_id, user_id, role) values (${acme.id}, ${late.person.id}, 'admin')`;
  await olga.api.instance.askLook({ slug: acme.slug, reason: "Requests fail." });
  const lookId = (await late.api.looks.list(at))[0]?.id ?? "";
  await owner`update users set deactivated_at = now() where id = ${late.person.id}`;
  expect(await reasonOf(late.api.looks.grant({ ...at, lookId }))).toBe("not_permitted");
});
