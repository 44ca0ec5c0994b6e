import { beforeEach, expect, test } from "vitest";
import { owner } from "@/tests/support/database";
import { insertKey } from "@/tests/support/factories/keys";
import { ownModel, shareModel } from "@/tests/support/factories/models";
import { insertRoute } from "@/tests/support/factories/routes";
import { use } from "@/tests/support/factories/usage";
import { queuedMails } from "@/tests/support/mails";
import { memberOf, reasonOf, type Signed, type TestWorkspace, workspace } from "@/tests/support/people";
import { mailDue } from "./mails/job";

let acme: TestWorkspace;
let ada: Signed;
let model: string;
let at: { workspace: string; modelId: string };

beforeEach(async () => {
  await owner`delete from model_retirements`;
  await owner`delete from mail_outbox`;
  acme = await workspace();
  ada = acme.admin;
  model = await ownModel(owner, acme.id);
  at = { workspace: acme.slug, modelId: model };
});

const day = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
const retire = (retiresOn: string, more: object = {}) =>
  ada.api.models.setRetirement({ ...at, retiresOn, afterwards: "refuse", ...more });
const mailed = async () => (await queuedMails("model-retiring")).map(({ to, props }) => `${to} ${props.days}`).sort();
const actions = async () =>
  (
    await owner`select action from audit_events where workspace_id = ${acme.id} and target_id = ${model} order by at`
  ).map(({ action }) => action);

test("who called it is listed, by calls of the last 30 days, and so are the callers of a route", async () => {
  const dev = await memberOf(acme, "developer");
  const [hers, service] = [
    await insertKey(owner, acme.id, dev.person.id, { name: "Hers" }),
    await insertKey(owner, acme.id, ada.person.id, { name: "Service" }),
  ];
  const memberId = dev.person.id;
  await use(owner, acme.id, [
    ...[1, 2, 3].map(() => ({ model, keyId: hers, memberId })),
    { model, keyId: service },
    { model: "other", keyId: service },
    { model, keyId: service, at: new Date(Date.now() - 40 * 86_400_000) },
  ]);
  const { retirement, called } = await ada.api.models.retirement(at);
  expect(retirement).toBeNull();
  expect(called).toMatchObject({ total: 2, calls: 4 });
  expect(called.rows.map(({ keyName, memberId, calls }) => [keyName, memberId, calls])).toEqual([
    ["Hers", dev.person.id, 3],
    ["Service", null, 1],
  ]);
  const route = await insertRoute(owner, acme.id, ada.person.id);
  await owner`update usage_hourly set route = ${route} where workspace_id = ${acme.id} and model = 'other'`;
  expect((await ada.api.models.retirement({ ...at, modelId: route })).called).toMatchObject({ total: 1, calls: 1 });
});

test("a day, a successor and what becomes of requests are announced, changed and taken back, by Admins", async () => {
  for (const [said, field] of [
    [{ retiresOn: day(0) }, "retiresOn"],
    [{ retiresOn: "2999-01-01" }, "retiresOn"],
    [{ successor: model }, "successor"],
    [{ afterwards: "successor" }, "successor"],
  ] as const)
    expect([field, await reasonOf(retire(day(30), said))]).toEqual([field, "invalid_input"]);
  expect(await reasonOf(retire(day(30), { modelId: "ft:small:none:20261124:00000000" }))).toBe("not_found");
  const dev = await memberOf(acme, "developer");
  const byDev = dev.api.models.setRetirement({ ...at, retiresOn: day(30), afterwards: "refuse" });
  expect(await reasonOf(byDev)).toBe("not_permitted");
  await retire(day(30), { successor: "small" });
  expect((await ada.api.models.retirement(at)).retirement).toMatchObject({ successor: "small", isOver: false });
  expect((await dev.api.models.get(at)).retirement).toMatchObject({ successor: "small" });
  await ada.api.models.rehearseRetirement(at);
  expect(await reasonOf(ada.api.models.rehearseRetirement(at))).toBe("rehearsal_state");
  await retire(day(40));
  expect((await ada.api.models.retirement(at)).retirement?.rehearsalEndsAt).toBeNull();
  await ada.api.models.cancelRetirement(at);
  expect(await reasonOf(ada.api.models.cancelRetirement(at))).toBe("not_found");
  expect(await actions()).toEqual([
    ...["model.retirement_set", "model.rehearsal_started", "model.retirement_set", "model.retirement_cancelled"],
  ]);
});

test("two Admins at once start one rehearsal, and end it once", async () => {
  const bob = await memberOf(acme, "admin");
  await retire(day(30));
  const both = (what: "rehearseRetirement" | "endRehearsal") =>
    Promise.allSettled([ada.api.models[what](at), bob.api.models[what](at)]).then((all) =>
      all.map(({ status }) => status).sort(),
    );
  expect(await both("rehearseRetirement")).toEqual(["fulfilled", "rejected"]);
  expect(await both("endRehearsal")).toEqual(["fulfilled", "rejected"]);
  expect(await actions()).toEqual(["model.retirement_set", "model.rehearsal_started", "model.rehearsal_ended"]);
});

test("callers are mailed at the announcement, 14 days and 1 day before, once for all instances, unless they do not want it", async () => {
  const [dev, quiet, globex] = [
    await memberOf(acme, "developer"),
    await memberOf(acme, "developer"),
    await workspace(),
  ];
  await quiet.api.account.chooseMails({ topics: [] });
  await shareModel(owner, { from: acme.id, to: globex.id, id: model, by: ada.person.id });
  await use(owner, acme.id, [{ model, memberId: dev.person.id }, { model, memberId: quiet.person.id }, { model }]);
  await use(owner, globex.id, [{ model, memberId: globex.admin.person.id }]);
  await retire(day(60));
  await Promise.all([mailDue(), mailDue(), mailDue()]);
  await mailDue();
  const all = (days: number) =>
    [dev.person.email, ada.person.email, globex.admin.person.email].map((to) => `${to} ${days}`);
  expect(await mailed()).toEqual(all(0).sort());
  const inDays = (days: string) => owner`
    update model_retirements set retires_at = now() + ${days}::interval, mail_at = now() where model_id = ${model}`;
  await inDays("13 days 23 hours");
  await Promise.all([mailDue(), mailDue()]);
  await inDays("23 hours");
  await mailDue();
  await mailDue();
  expect(await mailed()).toEqual([...all(0), ...all(14), ...all(1)].sort());
  const [row] = await owner`select mail_at from model_retirements where model_id = ${model}`;
  expect(row?.mail_at).toBeNull();
  const [mail] = await queuedMails("model-retiring");
  expect(mail?.props).toMatchObject({ modelId: model, successor: null, isServed: false });
});

test("a successor is named to those who may use it, on pages and in mails; to others it is as if there were none", async () => {
  const [dev, globex] = [await memberOf(acme, "developer"), await workspace()];
  await shareModel(owner, { from: acme.id, to: globex.id, id: model, by: ada.person.id });
  await use(owner, acme.id, [{ model, memberId: dev.person.id }, { model }]);
  await use(owner, globex.id, [{ model, memberId: globex.admin.person.id }]);
  const people: [Signed, string][] = [
    [dev, acme.slug],
    [ada, acme.slug],
    [globex.admin, globex.slug],
  ];
  const told = async (successor: string) => {
    await owner`delete from mail_outbox`;
    await retire(day(60), { successor, afterwards: "successor" });
    await mailDue();
    const mails = new Map((await queuedMails("model-retiring")).map(({ to, props }) => [to, props]));
    return Promise.all(
      people.map(async ([who, slug]) => {
        const page = await who.api.models.get({ workspace: slug, modelId: model });
        const mail = mails.get(who.person.email);
        expect(mail?.isServed).toBe(mail?.successor === successor);
        return [page.retirement?.successor, mail?.successor];
      }),
    );
  };
  const hers = await ownModel(owner, acme.id, { visibility: "private", createdBy: dev.person.id });
  const [no, itself] = [[null, null], (id: string) => [id, id]];
  expect(await told(hers)).toEqual([itself(hers), no, no]);
  const route = await insertRoute(owner, acme.id, ada.person.id);
  expect(await told(route)).toEqual([itself(route), itself(route), no]);
  expect(await told("large")).toEqual([itself("large"), itself("large"), itself("large")]);
  await owner`update workspaces set allowed_models = '{small}' where id = ${acme.id}`;
  expect(await told("large")).toEqual([no, no, itself("large")]);
});

test("a model that ends tomorrow is announced once, one that is deleted not at all", async () => {
  await use(owner, acme.id, [{ model, memberId: ada.person.id }]);
  await retire(day(1));
  await mailDue();
  expect(await mailed()).toEqual([`${ada.person.email} 0`]);
  const [row] = await owner`select mail_at from model_retirements where model_id = ${model}`;
  expect(row?.mail_at).toBeNull();
  await retire(day(60));
  await owner`update models set deleted_at = now() where id = ${model}`;
  await mailDue();
  expect(await mailed()).toHaveLength(1);
});
