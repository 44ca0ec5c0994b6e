import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { owner } from "@/tests/support/database";
import { ownModel, shareModel, trainedJob } from "@/tests/support/factories/models";
import { use } from "@/tests/support/factories/usage";
import { insertMember } from "@/tests/support/factories/workspaces";
import { type FakeModelServer, startModelServer } from "@/tests/support/fakes/model-server";
import { memberOf, reasonOf, type Signed, type TestWorkspace, workspace } from "@/tests/support/people";
import { loadBaseRetirements } from "./base-retirement/kept";
import { eraseDue } from "./erasing/job";

let upstream: FakeModelServer;
let acme: TestWorkspace;
let at: { workspace: string };
let dev: Signed;
let other: Signed;
/** Another workspace, of which acme's Admin is also an Admin. */
let lab: TestWorkspace;

beforeAll(async () => {
  upstream = await startModelServer();
  upstream.list = [
    { id: "small", max_model_len: 8_192 },
    { id: "lora", parent: "small", max_model_len: 4_096 },
    { id: "second-lora", parent: "small" },
    { id: "listed" },
    { id: "job-made", type: "fine-tuned", parent: "small" },
  ];
  delete process.env.MODEL_SERVER_URL;
  process.env.MODEL_SERVERS = JSON.stringify([
    { name: "default", url: upstream.url, key: "upstream-key", tuned: [{ upstream: "listed", base: "small" }] },
  ]);
});
beforeEach(async () => {
  await owner`delete from model_shares`;
  await owner`update models set deleted_at = now() where deleted_at is null`;
  acme = await workspace();
  at = { workspace: acme.slug };
  lab = await workspace("Lab", acme.admin);
  [dev, other] = await Promise.all([memberOf(acme, "developer"), memberOf(acme, "developer")]);
});
afterAll(() => upstream.close());

const model = (values: Parameters<typeof ownModel>[2] = {}) => ownModel(owner, acme.id, values);
const eventsOf = async (workspaceId: string) =>
  (
    await owner`select action from audit_events where workspace_id = ${workspaceId} and target_type = 'model' order by at, id`
  ).map(({ action }) => action);
const idsOf = async (who: Signed, more: object = {}, where = at) =>
  (await who.api.models.list({ ...where, ...more })).rows.map(({ id }) => id);

describe("who sees a model, and who may change it", () => {
  test.each([
    ["workspace", { admin: "change", maker: "change", other: "see" }],
    ["private", { admin: "change", maker: "change", other: "nothing" }],
    ["members", { admin: "change", maker: "nothing", other: "see" }],
  ] as const)("for the visibility %s", async (visibility, expected) => {
    // A maker who is not named does not use it, but still changes it.
    const id = await model({ visibility, createdBy: dev.person.id, members: [other.person.id] });
    const found = async (who: Signed) => {
      const isListed = (await idsOf(who)).includes(id);
      const get = await who.api.models.get({ ...at, modelId: id }).then(
        () => true,
        () => false,
      );
      expect(get).toBe(isListed);
      const change = await reasonOf(
        who.api.models.update({ ...at, modelId: id, name: `Name ${who.person.id.slice(0, 4)}` }),
      ).catch(() => "done");
      return change === "done" ? "change" : change === "not_permitted" ? "see" : "nothing";
    };
    expect(await found(acme.admin)).toBe(expected.admin);
    expect(await found(dev)).toBe(visibility === "members" ? "change" : expected.maker);
    expect(await found(other)).toBe(expected.other);
  });

  test("an Admin sees that a private model exists and gives it to a member, but does not use it until then", async () => {
    const id = await model({ visibility: "private", createdBy: dev.person.id });
    const seen = () => acme.admin.api.models.get({ ...at, modelId: id });
    expect(await seen()).toMatchObject({ canUse: false, mayChange: true, isMine: false });
    await acme.admin.api.models.reassign({ ...at, modelId: id, userId: acme.admin.person.id });
    expect(await seen()).toMatchObject({ canUse: true, isMine: true });
    expect(await idsOf(dev)).toEqual([]);
    expect(await eventsOf(acme.id)).toEqual(["model.reassigned"]);
    const outsider = await workspace();
    const give = (userId: string) => acme.admin.api.models.reassign({ ...at, modelId: id, userId });
    expect(await reasonOf(give(outsider.admin.person.id))).toBe("not_found");
  });

  test("a model stays when its maker is removed, and only Admins see that a private one exists", async () => {
    const id = await model({ visibility: "private", createdBy: dev.person.id });
    await acme.admin.api.members.remove({ ...at, userId: dev.person.id });
    expect(await idsOf(acme.admin)).toEqual([id]);
    expect(await idsOf(other)).toEqual([]);
  });
});

test("a removed member is no longer on a model's list, also when they come back", async () => {
  const id = await model({ visibility: "members", members: [dev.person.id, other.person.id] });
  expect(await idsOf(dev)).toEqual([id]);
  await acme.admin.api.members.remove({ ...at, userId: dev.person.id });
  await insertMember(owner, acme.id, dev.person.id, "developer");
  expect(await idsOf(dev)).toEqual([]);
  expect(await idsOf(other)).toEqual([id]);
});

test("visibility names members by box and by address, and refuses who is none", async () => {
  const id = await model({ createdBy: dev.person.id });
  const set = (more: object) => dev.api.models.setVisibility({ ...at, modelId: id, visibility: "members", ...more });
  await set({ people: [""], emails: `${other.person.email}` });
  const named = async () =>
    (await owner`select user_id from model_members where model_id = ${id} order by 1`).map(({ user_id }) => user_id);
  expect(await named()).toEqual([dev.person.id, other.person.id].sort());
  await expect(set({ emails: "stranger@else.example" })).rejects.toMatchObject({
    cause: { fields: { emails: "stranger@else.example is no member of this workspace." } },
  });
  expect(await reasonOf(set({ people: [randomUUID()] }))).toBe("invalid_input");
  await set({ people: [other.person.id, dev.person.id] });
  expect(await eventsOf(acme.id)).toEqual(["model.visibility_changed"]);
  await dev.api.models.setVisibility({ ...at, modelId: id, visibility: "workspace" });
  expect(await named()).toEqual([]);
});

test("the list is searched, filtered and paged, the newest first, without losing or repeating any", async () => {
  const ids: string[] = [];
  for (let i = 0; i < 60; i++) ids.push(await model({ name: `Model ${i}`, isArchived: i % 20 === 0 }));
  const registered = await model({ name: "100% sure", origin: "registered" });
  const theirs = await ownModel(owner, lab.id, { name: "Lent" });
  await shareModel(owner, { from: lab.id, to: acme.id, id: theirs, by: acme.admin.person.id });
  const live = [theirs, registered, ...ids.filter((_, i) => i % 20 !== 0).reverse()];
  const first = await dev.api.models.list(at);
  expect([first.total, first.rows.length, first.previous]).toEqual([59, 50, null]);
  const second = await dev.api.models.list({ ...at, after: first.next ?? "" });
  expect([...first.rows, ...second.rows].map(({ id }) => id)).toEqual(live);
  expect(second.next).toBeNull();
  const back = await dev.api.models.list({ ...at, before: second.previous ?? "" });
  expect(back.rows.map(({ id }) => id)).toEqual(live.slice(0, 50));
  // By name, with the shared model in its place among the own ones, on both pages and back.
  const names = async (more: object) => {
    const page = await dev.api.models.list({ ...at, sort: "name", ...more });
    return { ...page, names: page.rows.map(({ name }) => name) };
  };
  const byName = [...first.rows, ...second.rows]
    .map(({ name }) => name)
    .sort((a, b) => (a.toLowerCase() < b.toLowerCase() ? -1 : 1));
  const top = await names({});
  const rest = await names({ after: top.next ?? "" });
  expect([...top.names, ...rest.names]).toEqual(byName);
  expect((await names({ before: rest.previous ?? "" })).names).toEqual(byName.slice(0, 50));
  expect((await names({ order: "desc" })).names).toEqual(byName.toReversed().slice(0, 50));
  expect(await idsOf(dev, { kind: "shared" })).toEqual([theirs]);
  expect(await idsOf(dev, { kind: "registered" })).toEqual([registered]);
  expect(await idsOf(dev, { search: "100%" })).toEqual([registered]);
  expect(await idsOf(dev, { state: "archived" })).toEqual([ids[40], ids[20], ids[0]]);
  expect(first.rows[0]).toMatchObject({ sharedBy: "Lab", makerName: null });
});

test("a model's page tells its lineage, who used it, and what depends on it", async () => {
  const { jobId } = await trainedJob(owner, acme.id, { by: dev.person.id, isPrivate: true });
  const id = await model({ jobId, createdBy: dev.person.id });
  const key = await acme.admin.api.keys.create({ ...at, name: "Backend", models: id });
  await use(owner, acme.id, [
    { model: id, keyId: key.id, memberId: acme.admin.person.id, cost: 5 },
    { model: id, memberId: other.person.id },
    { model: id, memberId: other.person.id },
  ]);
  await shareModel(owner, { from: acme.id, to: lab.id, id, by: acme.admin.person.id });
  const shown = await dev.api.models.get({ ...at, modelId: id });
  expect(shown.lineage).toMatchObject({
    job: { id: jobId, trainedTokens: 1200 },
    maker: dev.person.name,
    files: [
      { filename: "answers.jsonl", uploaderName: dev.person.name, sha256: expect.stringMatching(/^[0-9a-f]{64}$/) },
    ],
  });
  expect(shown.usedBy).toMatchObject([
    { memberName: other.person.name, requests: 2 },
    { memberName: acme.admin.person.name, keyName: "Backend", requests: 1, cost: 5 },
  ]);
  expect(shown).toMatchObject({
    used: { requests: 3, cost: 5 },
    keys: { total: 1, rows: [{ name: "Backend", isNamed: true }] },
    shares: [{ name: "Lab" }],
    // Its server does not answer, so nothing is known.
    capabilities: { fine_tuning: false },
    contextLength: 8_192,
    isServed: false,
  });
  // Only its uploader sees the name of a private file.
  expect((await other.api.models.get({ ...at, modelId: id })).lineage?.files[0]?.filename).toBeNull();
  // The other workspace sees the model, and of its owner only the name.
  const lent = await acme.admin.api.models.get({ workspace: lab.slug, modelId: id });
  expect(lent).toMatchObject({ kind: "shared", canUse: true, mayChange: false, lineage: null, usedBy: [] });
  expect(JSON.stringify(lent)).not.toContain(acme.slug);
});

test("base models are listed and shown, whatever a search's case", async () => {
  expect((await dev.api.models.base({ ...at, search: "SMA" })).rows?.map(({ id }) => id)).toEqual(["small"]);
  expect(await dev.api.models.get({ ...at, modelId: "small" })).toMatchObject({ kind: "base", canUse: true });
  expect(await reasonOf(dev.api.models.get({ ...at, modelId: "lora" }))).toBe("not_found");
});

test("MP-12 what operators keep from a workspace is not told of before it was asked for, neither", async () => {
  const id = await model();
  const lengths = async () => (await dev.api.models.list(at)).rows.map(({ contextLength }) => contextLength);
  expect((await dev.api.models.get({ ...at, modelId: id })).contextLength).toBe(8_192);
  expect(await lengths()).toEqual([8_192]);
  await owner`update workspaces set allowed_models = '{another}' where id in (${acme.id}, ${lab.id})`;
  // This workspace's allowance was not read yet.
  await owner`update models set workspace_id = ${lab.id} where id = ${id}`;
  expect(
    (await acme.admin.api.models.list({ workspace: lab.slug })).rows.map(({ contextLength }) => contextLength),
  ).toEqual([null]);
  expect((await acme.admin.api.routes.list({ workspace: lab.slug })).length).toBe(0);
});

test("MP-12 the successor of a base model is not named where the workspace may not use it", async () => {
  await owner`delete from base_retirements`;
  await owner`insert into base_retirements (model_id, retires_at, successor, afterwards)
    values ('small', now() + interval '30 days', 'large', 'successor')`;
  await loadBaseRetirements();
  try {
    const shown = async () => {
      const [{ rows }, one] = [await dev.api.models.base(at), await dev.api.models.get({ ...at, modelId: "small" })];
      return [rows?.find(({ id }) => id === "small")?.retirement, one.retirement];
    };
    const named = { successor: "large", afterwards: "successor" };
    expect(await shown()).toMatchObject([named, named]);
    await owner`update workspaces set allowed_models = '{small}' where id = ${acme.id}`;
    const none = { successor: null, afterwards: "refuse" };
    expect(await shown()).toMatchObject([none, none]);
  } finally {
    await owner`delete from base_retirements`;
    await loadBaseRetirements();
  }
});

describe("sharing", () => {
  test("with another workspace one administers, until a day, changed and ended; one line of history in each", async () => {
    const id = await model();
    const share = (more: object = {}) => acme.admin.api.models.share({ ...at, modelId: id, target: lab.slug, ...more });
    await share();
    await share({ lastDay: "2999-12-31" });
    const [row] = await owner`select ends_at from model_shares where model_id = ${id}`;
    expect(row?.ends_at).toEqual(new Date("3000-01-01T00:00:00Z"));
    expect(await idsOf(acme.admin, {}, { workspace: lab.slug })).toEqual([id]);
    await expect(share({ lastDay: "2020-01-01" })).rejects.toMatchObject({
      cause: { fields: { lastDay: "That day is over. Choose a later one, or none." } },
    });
    await acme.admin.api.models.endShare({ ...at, modelId: id, target: lab.slug });
    expect(await idsOf(acme.admin, {}, { workspace: lab.slug })).toEqual([]);
    expect(await reasonOf(acme.admin.api.models.endShare({ ...at, modelId: id, target: lab.slug }))).toBe("not_found");
    expect(await eventsOf(acme.id)).toEqual(["model.shared", "model.shared", "model.share_ended"]);
    expect(await eventsOf(lab.id)).toEqual(["model.shared_here", "model.shared_here", "model.share_ended_here"]);
  });

  test("only where one is an Admin, and never with the same workspace", async () => {
    const id = await model();
    const foreign = await workspace();
    const [as] = await Promise.all([memberOf(foreign, "developer")]);
    await insertMember(owner, acme.id, as.person.id, "admin");
    const share = (target: string) => as.api.models.share({ ...at, modelId: id, target });
    expect(await reasonOf(share(foreign.slug))).toBe("invalid_input");
    expect(await reasonOf(share(acme.slug))).toBe("invalid_input");
    expect(await reasonOf(share(lab.slug))).toBe("not_found");
    await owner`update memberships set role = 'admin' where user_id = ${as.person.id}`;
    expect(await as.api.models.targets(at)).toEqual([{ slug: foreign.slug, name: expect.any(String) }]);
    await share(foreign.slug);
  });
});

describe("moving", () => {
  const move = (id: string, target = lab.slug, from = acme.slug) =>
    acme.admin.api.models.move({ workspace: from, modelId: id, target, confirmation: "Support bot" });

  test("the id goes on in the other workspace, with its lineage; here it is gone and its usage stays", async () => {
    const { jobId } = await trainedJob(owner, acme.id, { by: dev.person.id });
    const id = await model({ jobId, createdBy: dev.person.id, upstream: "moved" });
    const third = await workspace("Third", acme.admin);
    await shareModel(owner, { from: acme.id, to: third.id, id, by: acme.admin.person.id });
    await acme.admin.api.keys.create({ ...at, name: "Backend", models: id });
    await acme.admin.api.limits.setRate({ ...at, model: id, requestsPerMinute: "60" });
    await use(owner, acme.id, [{ model: id }]);
    const preview = await acme.admin.api.models.movePreview({ ...at, modelId: id, target: lab.slug });
    expect(preview).toMatchObject({
      keys: { total: 1, rows: [{ name: "Backend" }] },
      sharesEnded: ["Third"],
      limits: { here: { ofModel: { requestsPerMinute: 60 } }, there: { ofModel: null } },
      used: { requests: 1 },
    });
    await move(id);
    expect(await idsOf(acme.admin)).toEqual([]);
    expect(await idsOf(acme.admin, {}, { workspace: third.slug })).toEqual([]);
    const there = await acme.admin.api.models.get({ workspace: lab.slug, modelId: id });
    expect(there).toMatchObject({
      kind: "own",
      lineage: { job: undefined, earlier: { jobId, maker: dev.person.name, files: [{ filename: "answers.jsonl" }] } },
    });
    expect(await eventsOf(acme.id)).toEqual(["model.moved_away"]);
    expect(await eventsOf(lab.id)).toEqual(["model.moved_here"]);
    expect(JSON.stringify(await acme.admin.api.usage.report({ ...at, groupBy: "model" }))).toContain(id);
    // After moving back, its old row is used again, with its job.
    await move(id, acme.slug, lab.slug);
    const back = await acme.admin.api.models.get({ ...at, modelId: id });
    expect(back.lineage).toMatchObject({ job: { id: jobId } });
  });

  test("what is not for the whole workspace is private to the Admin who moves it", async () => {
    const id = await model({ visibility: "members", createdBy: dev.person.id, members: [dev.person.id] });
    const seen = await memberOf(lab, "developer");
    await move(id);
    expect(await idsOf(seen, {}, { workspace: lab.slug })).toEqual([]);
    expect(await acme.admin.api.models.get({ workspace: lab.slug, modelId: id })).toMatchObject({
      visibility: "private",
      isMine: true,
    });
  });

  test("a race of moves, shares and deletions has one outcome, and no call waits for ever", async () => {
    for (let round = 0; round < 5; round++) {
      const [one, two] = [
        await model({ upstream: `one-${round}` }),
        await ownModel(owner, lab.id, { upstream: `two-${round}` }),
      ];
      const outcomes = await Promise.allSettled([
        move(one),
        move(two, acme.slug, lab.slug),
        move(one),
        acme.admin.api.models.share({ ...at, modelId: one, target: lab.slug }),
        acme.admin.api.models.remove({ ...at, modelId: one, confirmation: "Support bot" }),
      ]);
      const reasons = await Promise.all(
        outcomes.map((outcome) => (outcome.status === "fulfilled" ? "done" : reasonOf(Promise.reject(outcome.reason)))),
      );
      expect(reasons[1]).toBe("done");
      for (const reason of reasons) expect(["done", "not_found"]).toContain(reason);
      expect([reasons[0], reasons[2], reasons[4]].filter((reason) => reason === "done")).toHaveLength(1);
      const [live] = await owner`select count(*)::int as n from models where id = ${one} and deleted_at is null`;
      expect(live?.n).toBe(reasons[4] === "done" ? 0 : 1);
    }
  });
});

describe("registering", () => {
  const register = (who: Signed, where: TestWorkspace, name: string) =>
    who.api.models.register({ workspace: where.slug, upstream: name, name: "A LoRA" });

  test("takes a LoRA or what the operator lists, with an id of ours that says its base", async () => {
    const { id } = await register(acme.admin, acme, "lora");
    expect(id).toMatch(/^ft:small:[0-9a-f]{8}:\d{8}:[0-9a-f]{8}$/);
    expect(await acme.admin.api.models.get({ ...at, modelId: id })).toMatchObject({
      ...{ origin: "registered", base: "small", contextLength: 4_096, isServed: true, upstream: "lora" },
    });
    expect((await register(acme.admin, acme, "listed")).id).toMatch(/^ft:small:/);
    expect(await eventsOf(acme.id)).toEqual(["model.registered", "model.registered"]);
  });

  test("the first takes it; what is taken, what is not there, a base model and a job's are all the same", async () => {
    const outcomes = await Promise.allSettled([
      register(acme.admin, acme, "lora"),
      register(acme.admin, lab, "lora"),
      register(acme.admin, acme, "lora"),
    ]);
    expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    for (const name of ["lora", "nothing", "small", "job-made"])
      expect([name, await reasonOf(register(acme.admin, lab, name))]).toEqual([name, "model_not_free"]);
    // Deleting frees it, without a request to the model server.
    const [owned] =
      await owner`select w.slug, m.id from models m join workspaces w on w.id = m.workspace_id where m.deleted_at is null`;
    await acme.admin.api.models.remove({ workspace: owned?.slug, modelId: owned?.id, confirmation: "A LoRA" });
    expect((await owner`select erase_after from models where id = ${owned?.id}`)[0]?.erase_after).toBeNull();
    await register(acme.admin, lab, "lora");
  });
});

test("deleting asks for the name, and the model server is asked until it has done the same", async () => {
  const id = await model({ upstream: "made/by a job" });
  const remove = (confirmation: string) => dev.api.models.remove({ ...at, modelId: id, confirmation });
  expect(await reasonOf(remove("Support bot"))).toBe("not_permitted");
  const byAdmin = (confirmation: string) => acme.admin.api.models.remove({ ...at, modelId: id, confirmation });
  expect(await reasonOf(byAdmin("Support"))).toBe("name_mismatch");
  await byAdmin("Support bot");
  const asked: string[] = [];
  let status = 500;
  const real = globalThis.fetch;
  globalThis.fetch = async (input, init) => {
    if (init?.method !== "DELETE") return real(input, init);
    asked.push(`${input} ${new Headers(init.headers).get("authorization")}`);
    return new Response(null, { status });
  };
  try {
    await eraseDue();
    await eraseDue();
    expect(asked).toEqual([`${upstream.url}/models/made%2Fby%20a%20job Bearer upstream-key`]);
    await owner`update models set erase_after = now() where id = ${id}`;
    status = 404;
    await eraseDue();
    await owner`update models set erase_after = erase_after - interval '1 hour' where erase_after is not null`;
    await eraseDue();
    expect(asked).toHaveLength(2);
  } finally {
    globalThis.fetch = real;
  }
});

test("IS-05 what an Admin archived or limited, the maker of a model does not undo", async () => {
  const id = await ownModel(owner, acme.id, { modelServer: "default", createdBy: dev.person.id });
  const model = { ...at, modelId: id };
  const { models } = dev.api;
  await models.archive(model);
  await models.restore(model);
  await models.archive(model);
  await acme.admin.api.models.archive(model);
  expect(await reasonOf(models.restore(model))).toBe("model_held");
  await acme.admin.api.models.restore(model);
  await models.archive(model);
  await models.restore(model);

  const show = (visibility: "workspace" | "members" | "private", people: Signed[] = [], who = dev) =>
    who.api.models.setVisibility({ ...model, visibility, people: people.map(({ person }) => person.id) });
  await show("private");
  await show("workspace");
  await show("members", [dev, other], acme.admin);
  expect(await reasonOf(show("workspace"))).toBe("model_held");
  expect(await reasonOf(show("members", [dev, acme.admin]))).toBe("model_held");
  await show("members", [dev]);
  expect(await reasonOf(show("members", [dev, other]))).toBe("model_held");
  await show("private");
  expect(await reasonOf(show("members", [dev]))).toBe("model_held");
  await show("workspace", [], acme.admin);
  await show("private");
  await show("workspace");
});
