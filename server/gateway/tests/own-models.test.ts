import type { ServerResponse } from "node:http";
import { Mistral } from "@mistralai/mistralai";
import { Mistral as MistralV1 } from "mistralai-v1";
import { Mistral as MistralV24 } from "mistralai-v2-4";
import OpenAI from "openai";
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import type { Job } from "@/server/platform/background";
import { owner } from "@/tests/support/database";
import { ownModel, shareModel } from "@/tests/support/factories/models";
import { metering, replaceMetering, resetMetering } from "@/tests/support/fakes/metering";
import { chunk, completion, type FakeModelServer, json, startModelServer } from "@/tests/support/fakes/model-server";
import { startGatewayTo, type TestGateway } from "@/tests/support/gateway/gateway";
import { memberOf, type Signed, type TestWorkspace, workspace } from "@/tests/support/people";

replaceMetering();

const messages = [{ role: "user" as const, content: "Hello" }];
const tunedUpstream = "ft:small:aaaaaaaa:20261124:bbbbbbbb";

let upstream: FakeModelServer;
let gateway: TestGateway;
let watch: Job;
let acme: TestWorkspace;
let other: TestWorkspace;
let dev: Signed;
let key: Record<"admin" | "dev" | "service" | "other", string>;

const scopes = ["models:read", "chat", "fine-tuning"];

async function newKey(of: TestWorkspace, who: Signed, more: object = {}): Promise<string> {
  return (await who.api.keys.create({ workspace: of.slug, name: "A key", scopes, ...more } as never)).secret;
}

beforeAll(async () => {
  upstream = await startModelServer();
  upstream.list = [
    { id: "small", max_model_len: 8_192, aliases: ["tiny", "lora"] },
    { id: tunedUpstream, type: "fine-tuned", job: "j", root: "small" },
    { id: "lora", parent: "small", max_model_len: 4_096 },
    { id: "hidden" },
  ];
  gateway = await startGatewayTo([{ name: "one", url: upstream.url, tuned: [{ upstream: "hidden", base: "small" }] }]);
  // What this copy of the gateway remembers is kept true by its own watch.
  watch = (await import("@/server/platform/announcements/announcements")).watchAnnouncements();
});
beforeEach(async () => {
  resetMetering();
  upstream.answer = json(completion);
  upstream.asked.length = 0;
  [acme, other] = await Promise.all([workspace(), workspace()]);
  dev = await memberOf(acme, "developer");
  key = {
    admin: await newKey(acme, acme.admin),
    dev: await newKey(acme, dev),
    service: await newKey(acme, acme.admin, { isService: true }),
    other: await newKey(other, other.admin),
  };
});
afterAll(async () => {
  await watch.stop();
  await gateway.close();
  await upstream.close();
});

const chat = (secret: string, model: string) => gateway.post("/v1/chat/completions", secret, { model, messages });
const get = (secret: string, path = "/v1/models") =>
  fetch(gateway.url + path, { headers: { authorization: `Bearer ${secret}` } });
const listed = async (secret: string): Promise<string[]> =>
  (await (await get(secret)).json()).data.map(({ id }: { id: string }) => id);
const model = (values = {}, of = acme) =>
  ownModel(owner, of.id, { modelServer: "one", upstream: tunedUpstream, ...values });
const free = () => owner`update models set deleted_at = now() where deleted_at is null`;

test("an upstream's tuned models cannot be used by the upstream's own names", async () => {
  expect(await listed(key.admin)).toEqual(["small"]);
  for (const id of [tunedUpstream, "lora", "hidden"]) {
    expect((await get(key.admin, `/v1/models/${id}`)).status).toBe(404);
    const answer = await chat(key.admin, id);
    expect([answer.status, (await answer.json()).code]).toEqual([404, "model_not_found"]);
  }
  const [card] = (await (await get(key.admin)).json()).data;
  expect(card.aliases).toEqual(["tiny"]);
  expect(upstream.asked).toEqual([]);
});

test("a workspace's model is asked for by its own id, where it runs, and answers by that id", async () => {
  await free();
  const id = await model();
  const answer = await chat(key.service, id);
  expect([answer.status, (await answer.json()).model]).toEqual([200, id]);
  expect(upstream.asked.map(({ body }) => body.model)).toEqual([tunedUpstream]);
  expect(metering().reservations).toMatchObject([{ model: id, upstreamModel: tunedUpstream, workspaceId: acme.id }]);
});

/** Returns what is said of a model without its name, as it is and in an address. */
const without = (text: string, name: string) => text.replaceAll(name, "").replaceAll(encodeURIComponent(name), "");

describe("who may use a model", () => {
  const who = ["admin", "dev", "service", "other"] as const;
  test.each([
    ["for the workspace", {}, ["admin", "dev", "service"]],
    ["private to its maker", { visibility: "private" }, ["dev"]],
    ["for members it names", { visibility: "members" }, ["dev"]],
    ["of a maker who left", { visibility: "private", isGone: true }, []],
    ["for a member who left", { visibility: "members", isGone: true }, []],
    ["shared with another workspace", { isShared: true }, ["admin", "dev", "service", "other"]],
    ["private, and shared", { visibility: "private", isShared: true }, ["dev", "other"]],
    ["whose share has ended", { isShared: true, seconds: -1 }, ["admin", "dev", "service"]],
    ["deleted", { isDeleted: true }, []],
  ] as const)("a model %s", async (_, values, allowed) => {
    await free();
    const { isGone, isShared, isDeleted, seconds, ...kept } = {
      isGone: false,
      isShared: false,
      isDeleted: false,
      seconds: undefined,
      ...values,
    };
    const id = await model({
      createdBy: dev.person.id,
      members: "visibility" in kept && kept.visibility === "members" ? [dev.person.id] : [],
      ...kept,
    });
    const by = acme.admin.person.id;
    if (isShared) await shareModel(owner, { from: acme.id, to: other.id, id, by, ...(seconds && { seconds }) });
    if (isDeleted) await owner`update models set deleted_at = now() where id = ${id}`;
    if (isGone) await owner`delete from memberships where user_id = ${dev.person.id}`;
    for (const each of who) {
      const may = (allowed as readonly string[]).includes(each);
      const random = `${id.slice(0, -8)}00000000`;
      const [chatted, got, unknown] = await Promise.all([
        chat(key[each], id),
        get(key[each], `/v1/models/${id}`),
        get(key[each], `/v1/models/${random}`),
      ]);
      expect([each, chatted.status, got.status]).toEqual([each, ...(may ? [200, 200] : [404, 404])]);
      expect([each, (await listed(key[each])).includes(id)]).toEqual([each, may]);
      // Another workspace's model is answered like a missing one, to the byte.
      if (!may) expect(without(await got.text(), id)).toBe(without(await unknown.text(), random));
    }
  });
});

test("an archived model is listed as archived, refused with a reason, and not shared any more", async () => {
  await free();
  const id = await model({ isArchived: true });
  await shareModel(owner, { from: acme.id, to: other.id, id, by: acme.admin.person.id });
  expect(await (await get(key.admin, `/v1/models/${id}`)).json()).toMatchObject({ id, archived: true });
  const answer = await chat(key.admin, id);
  expect([answer.status, (await answer.json()).code]).toEqual([400, "model_archived"]);
  expect((await chat(key.other, id)).status).toBe(404);
  expect(await listed(key.other)).toEqual(["small"]);
});

test("a key's list of models holds for own models too", async () => {
  await free();
  const id = await model();
  const restricted = await newKey(acme, acme.admin, { models: id });
  const elsewhere = await newKey(acme, acme.admin, { models: "small" });
  expect([(await chat(restricted, id)).status, (await chat(restricted, "small")).status]).toEqual([200, 403]);
  expect([(await chat(elsewhere, id)).status, (await chat(elsewhere, "small")).status]).toEqual([403, 200]);
  expect(await listed(restricted)).toEqual([id]);
  expect(await listed(elsewhere)).toEqual(["small"]);
});

test("a registered model is asked on every server that runs it; one whose server is gone is refused", async () => {
  await free();
  const id = await model({ origin: "registered", upstream: "lora", modelServer: "gone" });
  expect((await chat(key.admin, id)).status).toBe(200);
  const nowhere = await model({ origin: "fine-tuned", modelServer: "gone" });
  const answer = await chat(key.admin, nowhere);
  expect([answer.status, (await answer.json()).code]).toEqual([503, "model_unavailable"]);
  expect(await listed(key.admin)).toEqual(expect.arrayContaining([id, nowhere]));
});

/** Checks whether the list comes from memory: it is the same one twice. */
async function isRemembered(list: (workspaceId: string) => Promise<unknown>, of: string): Promise<boolean> {
  const once = await list(of);
  return once === (await list(of));
}

describe("I12 within a second, on an instance that remembers it", () => {
  const remembers = async (secret: string, id: string) => {
    const { usableModels } = await import("@/server/models/cache");
    const of = secret === key.other ? other.id : acme.id;
    await expect.poll(() => isRemembered(usableModels, of), { timeout: 5_000 }).toBe(true);
    for (let i = 0; i < 3; i++) expect((await chat(secret, id)).status).toBe(200);
  };
  const isRefusedSoon = async (secret: string, id: string) => {
    const begun = performance.now();
    await expect.poll(async () => (await chat(secret, id)).status, { timeout: 3_000, interval: 10 }).toBe(404);
    expect(performance.now() - begun).toBeLessThan(1_000);
    expect(await listed(secret)).not.toContain(id);
  };

  test.each<[string, "dev" | "other", object, (id: string) => Promise<unknown>]>([
    ["an ended share", "other", {}, (id) => owner`delete from model_shares where model_id = ${id}`],
    [
      "a share that was cut short",
      "other",
      {},
      (id) => owner`update model_shares set ends_at = now() where model_id = ${id}`,
    ],
    ["a switch to private", "dev", {}, (id) => owner`update models set visibility = 'private' where id = ${id}`],
    [
      "a member who is not named any more",
      "dev",
      { visibility: "members" },
      (id) => owner`delete from model_members where model_id = ${id}`,
    ],
    [
      "a removed member",
      "dev",
      { visibility: "members" },
      () => owner`delete from memberships where user_id = ${dev.person.id}`,
    ],
    ["a deleted model", "dev", {}, (id) => owner`update models set deleted_at = now() where id = ${id}`],
    [
      "an archived model to those it is shared with",
      "other",
      {},
      (id) => owner`update models set archived_at = now() where id = ${id}`,
    ],
    [
      "a sharing workspace that is deleted",
      "other",
      {},
      () => owner`update workspaces set deleted_at = now() where id = ${acme.id}`,
    ],
  ])("%s is refused", async (_, whose, values, change) => {
    await free();
    const id = await model({ createdBy: acme.admin.person.id, members: [dev.person.id], ...values });
    await shareModel(owner, { from: acme.id, to: other.id, id, by: acme.admin.person.id });
    await remembers(key[whose], id);
    await change(id);
    await isRefusedSoon(key[whose], id);
  });

  test.each([
    ["its share ends", (id: string) => owner`delete from model_shares where model_id = ${id}`],
    ["it is deleted", (id: string) => owner`update models set deleted_at = now() where id = ${id}`],
  ])("AK-10 an answer that is being written ends within five seconds once %s, and not before", async (_, end) => {
    await free();
    const id = await model();
    await shareModel(owner, { from: acme.id, to: other.id, id, by: acme.admin.person.id });
    let held: ServerResponse | undefined;
    upstream.answer = (response) => {
      response.writeHead(200, { "content-type": "text/event-stream" });
      held = response;
      const timer = setInterval(() => response.write(`data: ${chunk("x")}\n\n`), 100);
      response.once("close", () => clearInterval(timer));
    };
    const response = await gateway.post("/v1/chat/completions", key.other, { model: id, messages, stream: true });
    // Longer than it takes to look twice.
    await new Promise((resolve) => setTimeout(resolve, 4_500));
    expect(held?.destroyed).toBe(false);
    await end(id);
    const from = performance.now();
    const text = await response.text();
    expect(performance.now() - from).toBeLessThan(5_000);
    expect(text.trimEnd().split("\n").at(-1)).toContain('"code":"model_not_found"');
    await vi.waitFor(() => expect(metering().settlements).toMatchObject([{ errorCode: "model_not_found" }]));
    await vi.waitFor(() => expect(held?.destroyed).toBe(true));
  });

  test("a share that has an end ends by itself", async () => {
    await free();
    const id = await model();
    await shareModel(owner, { from: acme.id, to: other.id, id, by: acme.admin.person.id, seconds: 1.5 });
    await remembers(key.other, id);
    await expect.poll(async () => (await chat(key.other, id)).status, { timeout: 3_000, interval: 20 }).toBe(404);
  });

  test("without notifications nothing is believed for longer than a second", async () => {
    await free();
    const id = await model();
    await shareModel(owner, { from: acme.id, to: other.id, id, by: acme.admin.person.id });
    await remembers(key.other, id);
    const queries = await import("@/server/platform/announcements/queries");
    const deaf = vi.spyOn(queries, "announce").mockRejectedValue(new Error("nothing gets through"));
    await owner`alter table model_shares disable trigger announce_change`;
    try {
      await owner`delete from model_shares where model_id = ${id}`;
      const begun = performance.now();
      await expect.poll(async () => (await chat(key.other, id)).status, { timeout: 3_000, interval: 20 }).toBe(404);
      expect(performance.now() - begun).toBeLessThan(1_200);
    } finally {
      deaf.mockRestore();
      await owner`alter table model_shares enable trigger announce_change`;
    }
  });

  test("a base model asks nothing of the database, and a remembered list neither", async () => {
    await free();
    await model();
    const { usableModels } = await import("@/server/models/cache");
    await expect.poll(() => isRemembered(usableModels, acme.id)).toBe(true);
    const usable = await import("@/server/models/usable/queries");
    const [find, listAll] = [vi.spyOn(usable, "find"), vi.spyOn(usable, "listAll")];
    for (let i = 0; i < 20; i++) {
      expect((await chat(key.admin, "small")).status).toBe(200);
      expect((await get(key.admin)).status).toBe(200);
    }
    expect([find.mock.calls.length, listAll.mock.calls.length]).toEqual([0, 0]);
  });
});

test("I11 while the database cannot be asked no request reaches an own model", async () => {
  await free();
  const id = await model();
  const usable = await import("@/server/models/usable/queries");
  const broken = vi.spyOn(usable, "find").mockRejectedValue(new Error("the database is away"));
  const brokenList = vi.spyOn(usable, "listAll").mockRejectedValue(new Error("the database is away"));
  try {
    expect((await chat(key.admin, id)).status).toBe(503);
    expect((await get(key.admin, `/v1/models/${id}`)).status).toBe(503);
    expect((await chat(key.admin, "small")).status).toBe(200);
  } finally {
    broken.mockRestore();
    brokenList.mockRestore();
  }
});

const change = (secret: string, method: string, path: string, body?: unknown) =>
  fetch(gateway.url + path, {
    method,
    headers: { authorization: `Bearer ${secret}`, ...(body !== undefined && { "content-type": "application/json" }) },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });

describe("changing", () => {
  test.each(["admin", "dev", "service", "other"] as const)("with the %s's key", async (who) => {
    await free();
    const id = await model({ createdBy: acme.admin.person.id });
    await shareModel(owner, { from: acme.id, to: other.id, id, by: acme.admin.person.id });
    const before = await owner`select * from models where id = ${id}`;
    const may = who === "admin";
    const statuses = [
      (await change(key[who], "PATCH", `/v1/fine_tuning/models/${id}`, { name: "Another" })).status,
      (await change(key[who], "POST", `/v1/fine_tuning/models/${id}/archive`)).status,
    ];
    if (may) await change(key[who], "DELETE", `/v1/fine_tuning/models/${id}/archive`);
    statuses.push((await change(key[who], "DELETE", `/v1/models/${id}`)).status);
    expect(statuses).toEqual(may ? [200, 200, 200] : [403, 403, 403]);
    if (!may) expect(await owner`select * from models where id = ${id}`).toEqual(before);
    const events =
      await owner`select action, actor_id, after from audit_events where target_id = ${id} order by at, id`;
    expect(events.map(({ action }) => action)).toEqual(
      may ? ["model.updated", "model.archived", "model.restored", "model.deleted"] : [],
    );
    for (const { actor_id, after } of events) {
      expect(actor_id).toBe(acme.admin.person.id);
      expect(after.keyId).toBe(key.admin.slice(4, 16));
    }
  });

  test("a maker changes their own, and a service key what was made with it", async () => {
    await free();
    const mine = await model({ createdBy: dev.person.id });
    const its = await model({ keyId: key.service.slice(4, 16), upstream: "x" });
    for (const [secret, id] of [
      [key.dev, mine],
      [key.service, its],
    ] as const)
      expect((await change(secret, "PATCH", `/v1/fine_tuning/models/${id}`, { description: "New" })).status).toBe(200);
  });

  test("IS-05 a program of the maker's does not restore what an Admin has archived", async () => {
    await free();
    const id = await model({ createdBy: dev.person.id });
    const archive = (who: "admin" | "dev", method: string) =>
      change(key[who], method, `/v1/fine_tuning/models/${id}/archive`);
    expect((await archive("dev", "POST")).status).toBe(200);
    expect((await archive("admin", "POST")).status).toBe(200);
    const answer = await archive("dev", "DELETE");
    expect([answer.status, (await answer.json()).code]).toEqual([403, "model_not_changeable"]);
    expect((await archive("admin", "DELETE")).status).toBe(200);
  });

  test("a base model cannot be deleted, what is not there is not found, and the scope is needed", async () => {
    await free();
    const id = await model({ visibility: "private", createdBy: dev.person.id });
    const reader = await newKey(acme, dev, { scopes: ["models:read", "chat"] });
    const asked = async (secret: string, path: string) => {
      const answer = await change(secret, "DELETE", path);
      return [answer.status, (await answer.json()).code];
    };
    expect(await asked(key.admin, "/v1/models/small")).toEqual([403, "model_not_changeable"]);
    expect(await asked(key.admin, `/v1/models/${id}`)).toEqual([404, "model_not_found"]);
    expect(await asked(key.admin, "/v1/models/nothing")).toEqual([404, "model_not_found"]);
    expect(await asked(reader, `/v1/models/${id}`)).toEqual([403, "missing_scope"]);
    expect((await change(key.dev, "PATCH", `/v1/fine_tuning/models/${id}`, { name: "x".repeat(61) })).status).toBe(422);
    expect((await change(key.dev, "POST", `/v1/fine_tuning/models/${id}`)).status).toBe(404);
  });
});

describe.each([
  ["@mistralai/mistralai 2.7", (secret: string) => new Mistral({ apiKey: secret, serverURL: gateway.url })],
  ["@mistralai/mistralai 2.4", (secret: string) => new MistralV24({ apiKey: secret, serverURL: gateway.url })],
  ["@mistralai/mistralai 1", (secret: string) => new MistralV1({ apiKey: secret, serverURL: gateway.url })],
] as const)("%s, as it is", (name, client) => {
  test("lists, retrieves, updates, archives, restores and deletes a model", async () => {
    await free();
    const { jobId } = await (await import("@/tests/support/factories/models")).trainedJob(owner, acme.id, {
      by: acme.admin.person.id,
    });
    const id = await model({ jobId });
    const registered = await model({ origin: "registered", base: null, upstream: "lora" });
    const { models } = client(key.admin);
    const { data } = await models.list();
    expect(data?.map(({ type }: { type?: string }) => type).sort()).toEqual(["base", "fine-tuned", "fine-tuned"]);
    expect(await models.retrieve({ modelId: id })).toMatchObject({
      ...{ id, type: "fine-tuned", job: jobId, root: "small", archived: false, ownedBy: acme.id, name: "Support bot" },
      maxContextLength: 8_192,
    });
    expect(await models.retrieve({ modelId: registered })).toMatchObject({
      id: registered,
      type: "fine-tuned",
      job: "",
      root: "lora",
    });
    const changes = { name: "Sales bot", description: "Sells." };
    const updated = name.endsWith(" 1")
      ? await (models as MistralV1["models"]).update({ modelId: id, updateFTModelIn: changes })
      : await (models as Mistral["models"]).update({ modelId: id, updateModelRequest: changes });
    expect(updated).toMatchObject({ id, ...changes, modelType: "completion", workspaceId: acme.id, archived: false });
    expect(await models.archive({ modelId: id })).toMatchObject({ id, object: "model", archived: true });
    await expect.poll(async () => models.retrieve({ modelId: id })).toMatchObject({ archived: true });
    expect(await models.unarchive({ modelId: id })).toMatchObject({ id, archived: false });
    expect(await models.delete({ modelId: id })).toMatchObject({ id, deleted: true });
    await expect
      .poll(() =>
        models.retrieve({ modelId: id }).then(
          () => 200,
          ({ statusCode }) => statusCode,
        ),
      )
      .toBe(404);
  });
});

test("openai's client, as it is, lists, retrieves, chats with and deletes a model", async () => {
  await free();
  const id = await model();
  const client = new OpenAI({ apiKey: key.admin, baseURL: `${gateway.url}/v1`, maxRetries: 0 });
  const ids: string[] = [];
  for await (const each of client.models.list()) ids.push(each.id);
  expect(ids).toEqual(["small", id]);
  expect(await client.models.retrieve(id)).toMatchObject({ id, owned_by: acme.id, object: "model" });
  expect((await client.chat.completions.create({ model: id, messages })).model).toBe(id);
  expect(await client.models.delete(id)).toMatchObject({ id, deleted: true });
  await expect(client.models.delete("small")).rejects.toMatchObject({ status: 403 });
});
