import { expect, test } from "vitest";
import { owner } from "@/tests/support/database";
import { memberOf, newPerson, reasonOf, type TestWorkspace, workspace } from "@/tests/support/people";

const events = (acme: TestWorkspace, action: string) =>
  owner<
    { target_id: string }[]
  >`select target_id from audit_events where workspace_id = ${acme.id} and action = ${action}`;
const rolesIn = async (acme: TestWorkspace) =>
  new Map(
    (await owner`select user_id, role from memberships where workspace_id = ${acme.id}`).map((row) => [
      row.user_id as string,
      row.role as string,
    ]),
  );

test("several members get a role at once, each with an audit row; who has it stays, and who is none is named", async () => {
  const acme = await workspace();
  const [one, two, same] = [
    await memberOf(acme, "viewer"),
    await memberOf(acme, "billing"),
    await memberOf(acme, "developer"),
  ];
  const stranger = await newPerson();
  const ids = [one, two, same, stranger].map(({ person }) => person.id);
  const outcome = await acme.admin.api.members.changeRoles({ workspace: acme.slug, userIds: ids, role: "developer" });
  expect(outcome.done.toSorted()).toEqual(ids.slice(0, 3).toSorted());
  expect(outcome.skipped.map(({ id }) => id)).toEqual([stranger.person.id]);
  const roles = await rolesIn(acme);
  expect(ids.slice(0, 3).map((id) => roles.get(id))).toEqual(["developer", "developer", "developer"]);
  const recorded = (await events(acme, "member.role_changed")).map(({ target_id }) => target_id);
  expect(recorded.toSorted()).toEqual(ids.slice(0, 2).toSorted());
});

test("of all Admins who are demoted together, one stays and is named", async () => {
  const acme = await workspace();
  const other = await memberOf(acme, "admin");
  const userIds = [acme.admin.person.id, other.person.id];
  const { done, skipped } = await acme.admin.api.members.changeRoles({ workspace: acme.slug, userIds, role: "viewer" });
  expect([done.length, skipped.length]).toEqual([1, 1]);
  expect(skipped[0]?.message).toMatch(/at least one Admin/);
  expect([...(await rolesIn(acme)).values()].toSorted()).toEqual(["admin", "viewer"]);
});

test("several members are removed at once with what was chosen for their keys; oneself is left", async () => {
  const acme = await workspace();
  const at = { workspace: acme.slug };
  const [one, two] = [await memberOf(acme, "developer"), await memberOf(acme, "developer")];
  const { id } = await one.api.keys.create({ ...at, name: "Theirs" });
  const userIds = [one.person.id, two.person.id, acme.admin.person.id];
  const { done, skipped } = await acme.admin.api.members.removeMany({ ...at, userIds, keys: "keep" });
  expect(done.toSorted()).toEqual([one.person.id, two.person.id].toSorted());
  expect(skipped.map((each) => each.id)).toEqual([acme.admin.person.id]);
  expect([...(await rolesIn(acme)).keys()]).toEqual([acme.admin.person.id]);
  expect(await events(acme, "member.removed")).toHaveLength(2);
  const [key] = await owner`select revoked_at, is_service from api_keys where id = ${id}`;
  expect(key).toEqual({ revoked_at: null, is_service: true });
  // A second click finds no member to remove, and changes nothing.
  const again = await acme.admin.api.members.removeMany({ ...at, userIds: userIds.slice(0, 2), keys: "revoke" });
  expect([again.done, again.skipped.length]).toEqual([[], 2]);
  expect(await events(acme, "member.removed")).toHaveLength(2);
});

test("two Admins who remove each other with others, in the other order, leave one and never lock up", async () => {
  const acme = await workspace();
  const [other, dev] = [await memberOf(acme, "admin"), await memberOf(acme, "developer")];
  const userIds = [acme.admin.person.id, other.person.id, dev.person.id];
  const remove = (who: typeof other, ids: string[]) =>
    who.api.members.removeMany({ workspace: acme.slug, userIds: ids, keys: "revoke" }).catch(reasonFor);
  await Promise.all([remove(acme.admin, userIds), remove(other, userIds.toReversed())]);
  expect([...(await rolesIn(acme)).values()]).toEqual(["admin"]);
  expect(await events(acme, "member.removed")).toHaveLength(2);
});

test.each([
  ["no member", []],
  ["more than a page", Array.from({ length: 51 }, () => crypto.randomUUID())],
  ["no ids", ["x"]],
])("%s is refused as a whole", async (_, userIds) => {
  const acme = await workspace();
  const { members } = acme.admin.api;
  expect(await reasonOf(members.changeRoles({ workspace: acme.slug, userIds, role: "viewer" }))).toBe("invalid_input");
  expect(await reasonOf(members.removeMany({ workspace: acme.slug, userIds, keys: "keep" }))).toBe("invalid_input");
});

const reasonFor = (error: unknown) => error;
