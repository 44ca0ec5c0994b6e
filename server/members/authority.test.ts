import { expect, test } from "vitest";
import { owner } from "@/tests/support/database";
import { memberOf, reasonOf, type TestWorkspace, workspace } from "@/tests/support/people";

const roleOf = async ({ id }: TestWorkspace, userId: string) =>
  (await owner`select role from memberships where workspace_id = ${id} and user_id = ${userId}`)[0]?.role;

const eventsOf = ({ id }: TestWorkspace, userId: string) =>
  owner`select actor_id, action, before, after from audit_events where workspace_id = ${id} and target_id = ${userId}`;

/** Resolves when a statement of the application waits for a lock. */
async function aStatementWaits(): Promise<void> {
  await expect
    .poll(async () => {
      const [row] = await owner`
        select count(*)::int as n from pg_stat_activity
        where datname = current_database() and application_name = 'atelier' and wait_event_type = 'Lock'`;
      return row?.n;
    })
    .toBe(1);
}

test.each(["remove", "changeRole"] as const)(
  "CR-01 an Admin who is demoted while waiting for the workspace's lock does no more with %s",
  async (verb) => {
    const acme = await workspace();
    const [other, target] = await Promise.all([memberOf(acme, "admin"), memberOf(acme, "viewer")]);
    const input = { workspace: acme.slug, userId: target.person.id };
    let outcome: Promise<string> | undefined;
    await owner.begin(async (tx) => {
      await tx`select from workspaces where id = ${acme.id} for no key update`;
      outcome = reasonOf(
        verb === "remove" ? other.api.members.remove(input) : other.api.members.changeRole({ ...input, role: "admin" }),
      );
      outcome.catch(() => {});
      await aStatementWaits();
      await tx`
        update memberships set role = 'viewer' where workspace_id = ${acme.id} and user_id = ${other.person.id}`;
    });
    expect(await outcome).toBe("not_permitted");
    expect(await roleOf(acme, target.person.id)).toBe("viewer");
    expect(await eventsOf(acme, target.person.id)).toEqual([]);
  },
);

test("PA-06 every change of a member leaves one audit row, with who and what", async () => {
  const acme = await workspace();
  const [removed, changed, leaver] = await Promise.all([
    memberOf(acme, "viewer"),
    memberOf(acme, "viewer"),
    memberOf(acme, "developer"),
  ]);
  const { api, person } = acme.admin;
  await api.members.remove({ workspace: acme.slug, userId: removed.person.id });
  await api.members.changeRole({ workspace: acme.slug, userId: changed.person.id, role: "billing" });
  await leaver.api.members.leave({ workspace: acme.slug });
  expect(await eventsOf(acme, removed.person.id)).toEqual([
    { actor_id: person.id, action: "member.removed", before: { role: "viewer" }, after: null },
  ]);
  expect(await eventsOf(acme, changed.person.id)).toEqual([
    { actor_id: person.id, action: "member.role_changed", before: { role: "viewer" }, after: { role: "billing" } },
  ]);
  expect(await eventsOf(acme, leaver.person.id)).toEqual([
    { actor_id: leaver.person.id, action: "member.left", before: { role: "developer" }, after: null },
  ]);
});
