import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { mailBaseRetirements } from "@/server/models/base-retirement/mails/job";
import { owner } from "@/tests/support/database";
import { insertKey } from "@/tests/support/factories/keys";
import { insertBaseRetirement } from "@/tests/support/factories/models";
import { use } from "@/tests/support/factories/usage";
import { queuedMails } from "@/tests/support/mails";
import { fieldsOf, memberOf, reasonOf, type Signed, workspace } from "@/tests/support/people";
import { operator as newOperator } from "@/tests/support/procedures/world";

let operator: Signed;
const id = "to-be-retired";

beforeAll(async () => {
  operator = await newOperator();
});
beforeEach(async () => {
  await owner`delete from base_retirements`;
  await owner`delete from mail_outbox`;
  await insertBaseRetirement(owner, id);
});
afterAll(() => owner`delete from base_retirements`);

const set = (values: object = {}) =>
  operator.api.instance.setBaseRetirement({ modelId: id, retiresOn: "2030-01-31", afterwards: "refuse", ...values });
const used = (workspaceId: string) => owner`
  update workspace_figures set last_used_at = date_trunc('hour', now()) where workspace_id = ${workspaceId}`;

test("who calls it is listed by workspace, with calls of the last 30 days and nothing else of their usage", async () => {
  const [acme, there, unrelated] = [await workspace(), await workspace(), await workspace()];
  const old = new Date(Date.now() - 40 * 86_400_000);
  await use(owner, acme.id, [{ model: id }, { model: id }, { model: "other" }, { model: id, at: old }]);
  await use(owner, there.id, [{ model: id }]);
  await use(owner, unrelated.id, [{ model: "other" }]);
  await Promise.all([acme, there, unrelated].map((each) => used(each.id)));
  const { called, retirement } = await operator.api.instance.baseRetirement({ modelId: id });
  expect(called).toMatchObject({ total: 2, calls: 3, isAll: true });
  expect(called.rows.map(({ slug, calls }) => [slug, calls])).toEqual([
    [acme.slug, 2],
    [there.slug, 1],
  ]);
  expect(retirement).toMatchObject({ modelId: id, isOver: false, rehearsalEndsAt: null });
  const own = "ft:small:secret:20261124:abcdef01";
  await use(owner, acme.id, [{ model: own }]);
  expect(await reasonOf(operator.api.instance.baseRetirement({ modelId: own }))).toBe("not_found");
  expect(await reasonOf(acme.admin.api.instance.baseRetirement({ modelId: id }))).toBe("not_found");
});

test("a day, a successor and what becomes of requests are checked, kept and recorded in the instance's log", async () => {
  expect(await fieldsOf(set({ retiresOn: "2020-01-01" }))).toHaveProperty("retiresOn");
  expect(await fieldsOf(set({ successor: id }))).toHaveProperty("successor");
  expect(await fieldsOf(set({ afterwards: "successor" }))).toHaveProperty("successor");
  expect(await fieldsOf(set({ successor: "no-such-model" }))).toHaveProperty("successor");
  expect(await reasonOf(set({ modelId: "no-such-model" }))).toBe("not_found");
  await set();
  await operator.api.instance.rehearseBaseRetirement({ modelId: id });
  await operator.api.instance.endBaseRehearsal({ modelId: id });
  expect(await reasonOf(operator.api.instance.endBaseRehearsal({ modelId: id }))).toBe("rehearsal_state");
  await operator.api.instance.cancelBaseRetirement({ modelId: id });
  expect(await reasonOf(operator.api.instance.cancelBaseRetirement({ modelId: id }))).toBe("not_found");
  const events = await owner`
    select action from audit_events where target_type = 'base_model' and target_id = ${id} order by at, id`;
  expect(events.map(({ action }) => action.replace("base_model.", "")).slice(-4)).toEqual([
    "retirement_set",
    "rehearsal_started",
    "rehearsal_ended",
    "retirement_cancelled",
  ]);
});

test("two who announce and take back at once wait for each other", async () => {
  await Promise.allSettled([set(), operator.api.instance.cancelBaseRetirement({ modelId: id }), set()]);
  const [row] = await owner`
    select count(*)::int as n from audit_events a where a.target_id = ${id} and a.action = 'base_model.retirement_cancelled'
      and a.at > now() - interval '1 minute' and a.before is null`;
  expect(row?.n).toBe(0);
  expect((await owner`select 1 from base_retirements where model_id = ${id}`).length).toBeLessThanOrEqual(1);
});

test("callers of every workspace are mailed once, part by part, and anew before the day", async () => {
  const [acme, there, unrelated] = [await workspace(), await workspace(), await workspace()];
  const dev = await memberOf(acme, "developer");
  const hers = await insertKey(owner, acme.id, dev.person.id);
  await owner`update workspace_figures set last_used_at = '-infinity'`;
  await use(owner, acme.id, [{ model: id, keyId: hers, memberId: dev.person.id }]);
  await use(owner, there.id, [{ model: id }]);
  await use(owner, unrelated.id, [{ model: "other" }]);
  await Promise.all([acme, there, unrelated].map((each) => used(each.id)));
  const mailAll = async () => {
    // As if two processes did it, one workspace at a time.
    for (let more = true; more; )
      more = (await Promise.all([mailBaseRetirements(1), mailBaseRetirements(1)])).some(Boolean);
  };
  await mailAll();
  const mailed = async () => (await queuedMails("model-retiring")).map(({ to, props }) => `${to} ${props.days}`).sort();
  const both = (days: number) => [dev.person.email, there.admin.person.email].map((to) => `${to} ${days}`).sort();
  expect(await mailed()).toEqual(both(0));
  await mailAll();
  expect(await mailed()).toEqual(both(0));
  await owner`delete from mail_outbox`;
  await owner`update base_retirements set retires_at = now() + interval '13 days', mail_at = now()`;
  await mailAll();
  expect(await mailed()).toEqual(both(14));
  const named = async () => (await queuedMails("model-retiring")).map(({ to, props }) => [to, props.successor]);
  await owner`delete from mail_outbox`;
  await owner`update workspaces set allowed_models = ${[id]} where id = ${acme.id}`;
  await owner`update base_retirements set successor = 'large', afterwards = 'successor', mail_at = now()`;
  await mailAll();
  expect(new Map((await named()) as [string, string | null][])).toEqual(
    new Map([
      [dev.person.email, null],
      [there.admin.person.email, "large"],
    ]),
  );
  await owner`update base_retirements set retires_at = now(), mail_at = now()`;
  await mailAll();
  expect(await owner`select 1 from base_retirements where mail_at is not null`).toEqual([]);
});
