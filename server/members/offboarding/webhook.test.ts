import { beforeEach, expect, test } from "vitest";
import { owner } from "@/tests/support/database";
import { apiFor, memberOf, reasonOf, type Signed, type TestWorkspace, workspace } from "@/tests/support/people";

let acme: TestWorkspace;
let grace: Signed;
let at: { workspace: string };
const host = "hooks.example.com";

beforeEach(async () => {
  acme = await workspace();
  grace = await memberOf(acme, "admin");
  at = { workspace: acme.slug };
  await grace.api.billing.setWebhook({ ...at, url: `https://${host}/services/T0/B0/secret` });
});

const remove = (more: object = {}, who = grace) =>
  apiFor(acme.admin.person).members.remove({ ...at, userId: who.person.id, ...more });
const webhook = async () => (await owner`select host, set_by from alert_webhooks where workspace_id = ${acme.id}`)[0];
const rows = () =>
  owner`
    select action, actor_id, before, after from audit_events
    where workspace_id = ${acme.id} and action in ('spend.webhook_kept', 'spend.webhook_removed', 'member.removed', 'member.left')
    order by action desc`;
const shownTo = async (who: Signed) =>
  (await acme.admin.api.members.belongings({ ...at, userId: who.person.id })).webhook;

test("the sheet names the webhook of the member who set it up, and of no other", async () => {
  expect(await shownTo(grace)).toEqual({ host });
  expect(await shownTo(acme.admin)).toBeNull();
  expect((await grace.api.members.ownBelongings(at)).webhook).toEqual({ host });
  expect((await acme.admin.api.members.ownBelongings(at)).webhook).toBeNull();
  await acme.admin.api.billing.setWebhook({ ...at, url: "https://other.example.com/" });
  expect([await shownTo(grace), await shownTo(acme.admin)]).toEqual([null, { host: "other.example.com" }]);
});

test("a webhook of before the update is its setter's by the audit log", async () => {
  await owner`update alert_webhooks set set_by = null where workspace_id = ${acme.id}`;
  expect([await shownTo(grace), await shownTo(acme.admin)]).toEqual([{ host }, null]);
});

test("it is removed with its member, with what waits for it, unless another choice is made", async () => {
  await owner`insert into webhook_deliveries (workspace_id, kind, body) values (${acme.id}, 'alert', '{}')`;
  await remove();
  expect([await webhook(), await owner`select from webhook_deliveries where workspace_id = ${acme.id}`]).toEqual([
    undefined,
    [],
  ]);
  expect(await rows()).toMatchObject([
    { action: "spend.webhook_removed", actor_id: acme.admin.person.id, before: { host } },
    { action: "member.removed", after: { removedWebhooks: [host] } },
  ]);
});

test("who removes the member can keep it, and has it from then on", async () => {
  await remove({ webhook: "keep" });
  expect(await webhook()).toEqual({ host, set_by: acme.admin.person.id });
  expect(await shownTo(acme.admin)).toEqual({ host });
  expect(await rows()).toMatchObject([
    { action: "spend.webhook_kept", before: { host }, after: { from: grace.person.id } },
    { action: "member.removed", after: { keptWebhooks: [host] } },
  ]);
});

test("where keys pass to the workspace, so does the webhook, which is then no member's", async () => {
  await acme.admin.api.members.setExpiredMemberKeyAction({ ...at, keys: "keep" });
  await grace.api.members.leave(at);
  expect(await webhook()).toEqual({ host, set_by: null });
  expect(await shownTo(acme.admin)).toBeNull();
});

test("who leaves does not choose to keep it, and it goes with them in every way of leaving", async () => {
  expect(await reasonOf(grace.api.members.leave({ ...at, webhook: "keep" } as never))).toBe("invalid_input");
  await grace.api.members.leave({ ...at, keys: "keep" });
  expect(await webhook()).toBeUndefined();
  const lee = await memberOf(acme, "admin");
  await lee.api.billing.setWebhook({ ...at, url: `https://${host}/` });
  await acme.admin.api.members.removeMany({ ...at, userIds: [lee.person.id], keys: "keep" });
  expect(await webhook()).toBeUndefined();
  const ada = await memberOf(acme, "admin");
  await ada.api.billing.setWebhook({ ...at, url: `https://${host}/` });
  await ada.api.account.remove({ confirmation: ada.person.email });
  expect(await webhook()).toBeUndefined();
});

test("another member's webhook stays", async () => {
  const lee = await memberOf(acme, "developer");
  await remove({ webhook: "remove" }, lee);
  expect(await webhook()).toEqual({ host, set_by: grace.person.id });
});
