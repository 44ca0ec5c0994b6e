import { beforeEach, expect, test } from "vitest";
import { transaction } from "@/db/client";
import { openMail } from "@/server/mail/outbox";
import { owner } from "@/tests/support/database";
import { insertMember } from "@/tests/support/factories/workspaces";
import { apiFor, memberOf, reasonOf, type Signed, type TestWorkspace, workspace } from "@/tests/support/people";
import { operator } from "@/tests/support/procedures/world";

let acme: TestWorkspace;
let olga: Signed;
let at: { workspace: string };
beforeEach(async () => {
  [acme, olga] = [await workspace(), await operator()];
  at = { workspace: acme.slug };
});

const ask = (who = olga) => who.api.instance.askLook({ slug: acme.slug, reason: "Requests fail." });
const requested = async () => {
  await ask();
  const lookId = (await acme.admin.api.looks.list(at))[0]?.id ?? "";
  return { ...at, lookId };
};
const sees = async (who = olga) =>
  who.api.workspaces.get(at).then(
    () => true,
    () => false,
  );
const actionsIn = async (log: string) =>
  (
    await owner`select action from audit_events where workspace_id = ${log} and target_id = ${acme.id} and action like 'look.%' order by at`
  ).map(({ action }) => action);
const instanceLog = "00000000-0000-0000-0000-000000000000";

async function mailed(template: string, to: Signed) {
  const rows = await owner`select payload from mail_outbox where template = ${template} and payload is not null`;
  return rows.filter(({ payload }) => openMail(payload)?.to === to.person.email).length;
}

test("OP-20 an operator who is an Admin too does not let themselves: they would look on after they were removed", async () => {
  const both = await operator();
  await insertMember(owner, acme.id, both.person.id, "admin");
  await ask(both);
  const lookId = (await both.api.looks.list(at))[0]?.id ?? "";
  expect(await reasonOf(both.api.looks.grant({ ...at, lookId }))).toBe("not_permitted");
  await acme.admin.api.looks.grant({ ...at, lookId });
});

test("OP-20 an operator asks, an Admin lets them for an hour, any Admin ends it at once; both logs say so", async () => {
  const second = await memberOf(acme, "admin");
  const viewer = await memberOf(acme, "viewer");
  const one = await requested();
  expect(await sees()).toBe(false);
  expect([await mailed("look-request", acme.admin), await mailed("look-request", second)]).toEqual([1, 1]);
  expect(await reasonOf(ask())).toBe("state_changed");
  await acme.admin.api.looks.grant(one);
  await acme.admin.api.looks.grant(one);
  expect(await mailed("look-answered", olga)).toBe(1);
  expect(await sees()).toBe(true);
  const [open] = await viewer.api.looks.open(at);
  expect(open).toMatchObject({ name: olga.person.name, isPending: false });
  const minutes = ((open?.endsAt?.getTime() ?? 0) - Date.now()) / 60_000;
  expect(minutes).toBeGreaterThan(58);
  expect(minutes).toBeLessThanOrEqual(60.1);
  expect(await olga.api.instance.looks()).toMatchObject([{ slug: acme.slug, name: acme.name }]);
  await second.api.looks.end(one);
  expect(await sees()).toBe(false);
  const story = ["look.requested", "look.granted", "look.ended"];
  expect([await actionsIn(acme.id), await actionsIn(instanceLog)]).toEqual([story, story]);
});

test("OP-20 a request is declined, or taken back, and opens nothing", async () => {
  const one = await requested();
  await acme.admin.api.looks.decline(one);
  expect(await reasonOf(acme.admin.api.looks.grant(one))).toBe("request_settled");
  const again = await requested();
  await olga.api.instance.endLook({ slug: acme.slug });
  expect(await reasonOf(acme.admin.api.looks.grant(again))).toBe("request_settled");
  expect(await reasonOf(olga.api.instance.endLook({ slug: acme.slug }))).toBe("state_changed");
  expect(await sees()).toBe(false);
  const story = ["look.requested", "look.declined", "look.requested", "look.withdrawn"];
  expect([await actionsIn(acme.id), await actionsIn(instanceLog)]).toEqual([story, story]);
});

test("OP-20 it ends by itself, with the operator's office, and with the workspace; a request waits for a week", async () => {
  const one = await requested();
  await owner`update looks set created_at = now() - interval '8 days' where id = ${one.lookId}`;
  expect(await reasonOf(acme.admin.api.looks.grant(one))).toBe("request_settled");
  const again = await requested();
  await acme.admin.api.looks.grant(again);
  expect(await sees()).toBe(true);
  await owner`update users set deactivated_at = now() where id = ${olga.person.id}`;
  expect(await sees()).toBe(false);
  await owner`update users set deactivated_at = null where id = ${olga.person.id}`;
  await owner`delete from operators where user_id = ${olga.person.id}`;
  expect(await sees()).toBe(false);
  await owner`insert into operators (user_id, source) values (${olga.person.id}, 'environment')`;
  await owner`update looks set ends_at = now() where id = ${again.lookId}`;
  expect([await sees(), await acme.admin.api.looks.open(at)]).toEqual([false, []]);
  expect(await reasonOf(olga.api.instance.endLook({ slug: acme.slug }))).toBe("state_changed");
});

test("OP-20 an Admin's grant and the operator's withdrawal at once: in 20 rounds a request that was taken back opens nothing", async () => {
  for (let round = 0; round < 20; round++) {
    const one = await requested();
    const [granted, left] = await Promise.allSettled([
      acme.admin.api.looks.grant(one),
      olga.api.instance.endLook({ slug: acme.slug }),
    ]);
    // Either it was granted and then ended, or withdrawn before.
    expect(left.status).toBe("fulfilled");
    expect(await sees()).toBe(false);
    const [row] = await owner`select status from looks where id = ${one.lookId}`;
    expect(row?.status).toBe(granted.status === "fulfilled" ? "ended" : "withdrawn");
  }
});

test("OP-20 of two Admins who answer at once one counts, in 20 rounds", async () => {
  const second = await memberOf(acme, "admin");
  for (let round = 0; round < 20; round++) {
    const one = await requested();
    const answers = await Promise.allSettled([acme.admin.api.looks.grant(one), second.api.looks.decline(one)]);
    expect(answers.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    expect(await sees()).toBe(answers[0]?.status === "fulfilled");
    await olga.api.instance.endLook({ slug: acme.slug }).catch(() => {});
  }
});

test("OP-20 a suspended workspace's Admin still ends it; letting an operator in needs a fresh sign-in and an Admin", async () => {
  const one = await requested();
  const stale = apiFor({ ...acme.admin.person, signedInAt: new Date(Date.now() - 11 * 60_000) });
  expect(await reasonOf(stale.looks.grant(one))).toBe("sign_in_again");
  const dev = await memberOf(acme, "developer");
  for (const change of ["grant", "decline", "end"] as const)
    expect(await reasonOf(dev.api.looks[change](one))).toBe("not_permitted");
  await acme.admin.api.looks.grant(one);
  await olga.api.instance.suspend({ slug: acme.slug });
  expect(await sees()).toBe(true);
  await acme.admin.api.looks.end(one);
  expect(await sees()).toBe(false);
});

test("OP-20 the database lets a look read what it names, while it holds, and change nothing", async () => {
  const one = await requested();
  await acme.admin.api.looks.grant(one);
  const { enterLooking } = await import("@/db/client");
  const { sql } = await import("drizzle-orm");
  const run = (text: string, userId = olga.person.id) =>
    transaction("write", { userId }, async (db) => {
      await enterLooking(db, acme.id);
      return (await db.execute(sql.raw(text))).length;
    });
  const refused = (text: string) =>
    run(text).then(
      () => "allowed",
      (error) => (error.cause ?? error).code,
    );
  expect(await run("select id from memberships, workspaces")).toBeGreaterThan(0);
  expect(await run("select id from workspaces", acme.admin.person.id)).toBe(0);
  for (const text of [
    "select secret_mac from api_keys",
    "select * from playground_presets",
    "select * from kept_responses",
    "select * from batch_lines",
    "select * from workspace_providers",
    "select * from audit_events",
    "select * from invitations",
    "select * from sessions",
    "update workspaces set name = 'Mine'",
    "delete from memberships",
    "insert into looks (workspace_id, operator_id, reason) select workspace_id, operator_id, 'x' from looks",
  ])
    expect([text, await refused(text)]).toEqual([text, "42501"]);
  await acme.admin.api.looks.end(one);
  expect(await run("select id from workspaces")).toBe(0);
  // Every table of workspaces that it reads has the policy that checks the grant.
  const open = await owner`
    select c.relname as name from pg_class c where c.relnamespace = 'public'::regnamespace and c.relrowsecurity
      and has_any_column_privilege('atelier_looker', c.oid, 'select') and c.relname <> 'looks'
      and not exists (select from pg_policy p where p.polrelid = c.oid and p.polname = 'while_looking' and not p.polpermissive)`;
  expect(open).toEqual([]);
});
