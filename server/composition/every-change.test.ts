import { describe, expect, test } from "vitest";
import { can, type Permission } from "@/server/access/permissions";
import type { AuditAction } from "@/server/audit/catalogue";
import { auditDetails } from "@/server/audit/details";
import { owner } from "@/tests/support/database";
import { insertMember } from "@/tests/support/factories/workspaces";
import { memberOf, type TestWorkspace, workspace } from "@/tests/support/people";
import { callerOf, inputFor } from "@/tests/support/procedures/inputs";
import { call, instanceProcedures, procedures, workspaceProcedures } from "@/tests/support/procedures/list";
import { readyFor } from "@/tests/support/procedures/prepared";
import { type World, world } from "@/tests/support/procedures/world";
import { rowsOf } from "@/tests/support/schema/rows";

const changes = procedures().filter(({ type }) => type === "mutation");
const changesInside = workspaceProcedures().filter(({ type }) => type === "mutation");
const changesAtInstance = instanceProcedures().filter(({ type }) => type === "mutation");

/** Changes that are too small for the log and write no row. */
const unremembered = new Set([
  "workspaces.touch",
  "workspaces.hideSetup",
  "workspaces.saveView",
  "workspaces.removeView",
  "passkeys.begin",
]);

/** Procedures that change several things, or two workspaces, and write a row for each. */
const several = new Set([
  "members.removeMany",
  "budgets.approveRequest",
  "instance.addGroupRule",
  "instance.removeGroupRule",
  "instance.declineCeiling",
  "instance.deleteWorkspace",
  "instance.restoreWorkspace",
  "instance.setStates",
  "instance.grantCeiling",
  "instance.deactivate",
  "instance.reactivate",
  "instance.resume",
  "instance.setCeilings",
  "instance.setUseCeilings",
  "instance.setAllowance",
  "instance.askLook",
  "instance.endLook",
  "looks.grant",
  "looks.decline",
  "looks.end",
  "instance.suspend",
  "account.remove",
  "members.leave",
  "members.remove",
  "workspaces.remove",
]);

/** Procedures that call services which do not run in a test, so they are refused. */
const unreachable = new Set([
  ...["domains.check", "models.register"],
  ...["fineTuning.create", "fineTuning.start", "fineTuning.cancel", "fineTuning.dryRun"],
]);

type Noted = {
  id: string;
  action: string;
  actor_id: string | null;
  ip: string | null;
  user_agent: string | null;
  request_id: string | null;
  text: string;
  details: Record<string, unknown>;
};

/** Returns the audit rows about this world, of workspaces and of people. */
async function trail({ caller, invited, operators: [operator] }: World): Promise<Noted[]> {
  const people = [caller.person.id, invited.person.id, operator.person.id];
  const rows = await owner<Noted[]>`
    select id, action, actor_id, host(ip) as ip, user_agent, request_id, e::text as text,
      coalesce(before, '{}') || coalesce(after, '{}') as details from audit_events e
    where actor_id in ${owner(people)}
    union all
    select id, action, user_id, host(ip), user_agent, request_id, e::text, '{}' from account_events e where user_id in ${owner(people)}`;
  return [...rows];
}

describe("PA-06 every procedure that changes something", () => {
  test.each(changes)("$path leaves its row, with who, from where, and no secret", async ({ path }) => {
    const here = await readyFor(path);
    const before = new Set((await trail(here)).map(({ id }) => id));
    const signed = callerOf(path, here);
    const outcome = await call(signed.api, path, inputFor(path, here));
    const rows = (await trail(here)).filter(({ id }) => !before.has(id));
    if ("reason" in outcome) {
      // A refused change writes no row.
      expect([path, rows]).toEqual([path, []]);
      return;
    }
    if (unremembered.has(path)) expect(rows).toEqual([]);
    else if (several.has(path) || /^(models\.(move|share|endShare))$/.test(path))
      expect(rows.length).toBeGreaterThan(0);
    else expect([path, rows.map(({ action }) => action)]).toEqual([path, [expect.any(String)]]);
    const secrets = secretsIn(outcome.value, here);
    for (const row of rows) {
      expect(row).toMatchObject({
        actor_id: signed.person.id,
        ip: "203.0.113.7",
        user_agent: "test",
        request_id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      });
      // A spread can add details that the types do not see.
      const known = Object.keys(auditDetails[row.action as AuditAction] ?? {});
      expect(known).toEqual(expect.arrayContaining(Object.keys(row.details)));
      for (const secret of secrets) expect(row.text).not.toContain(secret);
    }
  });

  test.each([...changesInside, ...changesAtInstance].filter(({ path }) => !unremembered.has(path)))(
    "$path is undone when its row cannot be written",
    async ({ path, access }) => {
      const here = await readyFor(path);
      const { api } = access === "operator" ? callerOf(path, here) : here.caller;
      const state = async () => [
        await rowsOf(owner, here.workspace.id),
        await owner`select * from operators order by 1`,
        await owner`select * from instance_settings`,
        await owner`select * from users where id = ${here.ids.userId}`,
      ];
      const before = await state();
      await owner.unsafe(`
        create or replace function refuse_audit() returns trigger language plpgsql as
          $$ begin raise exception 'no room' using errcode = 'disk_full'; end $$`);
      await owner.unsafe(
        `create trigger refuse_audit before insert on audit_events for each row execute function refuse_audit()`,
      );
      try {
        const outcome = await call(api, path, inputFor(path, here));
        expect([path, "reason" in outcome]).toEqual([path, true]);
      } finally {
        await owner.unsafe("drop trigger refuse_audit on audit_events");
      }
      expect(await state()).toEqual(before);
    },
  );

  test("succeeds in this walk, but for those that need a service", async () => {
    const refused: string[] = [];
    for (const { path } of changesInside) {
      const here = await readyFor(path);
      if ("reason" in (await call(here.caller.api, path, inputFor(path, here)))) refused.push(path);
    }
    expect(refused.filter((path) => !unreachable.has(path))).toEqual([]);
  });
});

/** Returns all secrets in an answer or in the world: whole keys and the tokens of links. */
function secretsIn(value: unknown, { ids, linkToken }: World): string[] {
  const text = JSON.stringify(value) ?? "";
  const found = text.match(/atl_[0-9A-Za-z_]+|(?<=\/(?:invite|link)\/)[\w-]{20,}/g) ?? [];
  return [...found, ids.token, linkToken];
}

const refusals = (where: TestWorkspace) =>
  owner<{ actor_id: string; target_type: string; target_id: string; after: object; request_id: string }[]>`
    select actor_id, target_type, target_id, after, request_id from audit_events
    where workspace_id = ${where.id} and action = 'permission.refused' order by at`;

describe("PA-06 a refused attempt", () => {
  test.each(changesInside.filter(({ access }) => !can("viewer", access as Permission)))(
    "at $path is remembered once, and changes nothing else",
    async ({ path, access }) => {
      const here = await world("viewer");
      expect(await call(here.caller.api, path, inputFor(path, here))).toMatchObject({ reason: "not_permitted" });
      const rows = await refusals(here.workspace);
      expect(rows).toMatchObject([
        {
          actor_id: here.caller.person.id,
          ...{ target_type: "procedure", target_id: path, after: { permission: access, role: "viewer" } },
        },
      ]);
    },
  );

  test("is remembered so often an hour, whatever is attempted and in whichever workspace", async () => {
    const [acme, other] = [await workspace(), await workspace()];
    const viewer = await memberOf(acme, "viewer");
    await insertMember(owner, other.id, viewer.person.id, "viewer");
    const attempt = (slug: string) => call(viewer.api, "workspaces.rename", { workspace: slug, name: "Mine" });
    const outcomes = await Promise.all(
      Array.from({ length: 25 }, () => [attempt(acme.slug), attempt(other.slug)]).flat(),
    );
    for (const outcome of outcomes) expect(outcome).toMatchObject({ reason: "not_permitted" });
    expect((await refusals(acme)).length + (await refusals(other)).length).toBe(30);
    // Another person's refused attempts are still recorded.
    const second = await memberOf(acme, "viewer");
    await call(second.api, "workspaces.rename", { workspace: acme.slug, name: "Mine" });
    expect((await refusals(acme)).at(-1)).toMatchObject({ actor_id: second.person.id });
  });

  test("by a non-member, or at something that only reads, is not in the log", async () => {
    const [acme, other] = [await workspace(), await workspace()];
    const viewer = await memberOf(acme, "viewer");
    await call(other.admin.api, "workspaces.rename", { workspace: acme.slug, name: "Mine" });
    await call(viewer.api, "audit.list", { workspace: acme.slug });
    expect(await refusals(acme)).toEqual([]);
  });

  test("is refused as it would be when it cannot be remembered", async () => {
    const acme = await workspace();
    const viewer = await memberOf(acme, "viewer");
    await owner.unsafe(
      "alter table audit_events add constraint closed check (action <> 'permission.refused') not valid",
    );
    const outcome = await call(viewer.api, "workspaces.rename", { workspace: acme.slug, name: "Mine" });
    await owner.unsafe("alter table audit_events drop constraint closed");
    expect(outcome).toMatchObject({ reason: "not_permitted" });
  });
});
