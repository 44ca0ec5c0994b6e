import type { ServerResponse } from "node:http";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";
import type { Job } from "@/server/platform/background";
import { owner } from "@/tests/support/database";
import { ownModel } from "@/tests/support/factories/models";
import { allowOwnProviders, insertOwnProvider, insertProvider } from "@/tests/support/factories/providers";
import { replaceMetering } from "@/tests/support/fakes/metering";
import { chunk, completion, type FakeModelServer, json, startModelServer } from "@/tests/support/fakes/model-server";
import { startGatewayTo, type TestGateway } from "@/tests/support/gateway/gateway";
import { newKey, type TestWorkspace, workspace } from "@/tests/support/people";
import { operator } from "@/tests/support/procedures/world";

replaceMetering();

let named: FakeModelServer;
let added: FakeModelServer;
let gateway: TestGateway;
let acme: TestWorkspace;
let other: TestWorkspace;
let keys: Map<TestWorkspace, string>;
let jobs: Job[];

beforeAll(async () => {
  [named, added] = [await startModelServer(), await startModelServer()];
  added.list = [{ id: "large" }, { id: "own/x/y" }];
  gateway = await startGatewayTo([{ name: "one", url: named.url }]);
  [acme, other] = [await workspace(), await workspace()];
  keys = new Map();
  for (const each of [acme, other]) keys.set(each, await newKey(each));
  const { watchAnnouncements } = await import("@/server/platform/announcements/announcements");
  const { watchProviders } = await import("@/server/model-servers/registry");
  jobs = [watchAnnouncements(), watchProviders()];
});
afterAll(async () => {
  for (const job of jobs) await job.stop();
  await gateway.close();
  await Promise.all([named.close(), added.close()]);
});
beforeEach(() => {
  named.answer = added.answer = json(completion);
  added.asked.length = 0;
});
afterEach(async () => {
  await owner`delete from instance_providers`;
  await owner`delete from workspace_providers`;
  // The next one must not find what this one added.
  await within(async () => expect(await models(acme)).toEqual(["small"]));
});

const call = (model: string, from = acme, more: object = {}) =>
  gateway.post("/v1/chat/completions", keys.get(from) ?? "", {
    ...{ model, messages: [{ role: "user", content: "Hello" }], ...more },
  });

async function models(from: TestWorkspace): Promise<string[]> {
  const headers = { authorization: `Bearer ${keys.get(from)}` };
  const { data } = (await (await fetch(`${gateway.url}/v1/models`, { headers })).json()) as { data: { id: string }[] };
  return data.map(({ id }) => id);
}

/** Waits until a change is known: it takes milliseconds, and on a busy machine longer. */
const within = (check: () => Promise<void>) => vi.waitFor(check, { timeout: 10_000, interval: 50 });

/** Begins a stream that goes on until it is ended; `read` resolves to whether it ended well. */
async function streaming(from: TestWorkspace, model = "large") {
  const begun = new Promise<ServerResponse>((resolve) => {
    added.answer = (response) => {
      response.writeHead(200, { "content-type": "text/event-stream" });
      response.write(`data: ${chunk("x")}\n\n`);
      resolve(response);
    };
  });
  const asked = call(model, from, { stream: true });
  const [held, response] = [await begun, await asked];
  const text = response.text().catch(() => "cut");
  return { held, text, isOpen: () => !held.destroyed };
}

test("MP-01 a provider that is added answers calls within a second, with its key, and is gone when it is deleted", async () => {
  expect(await models(acme)).toEqual(["small"]);
  await insertProvider(owner, "two", { url: added.url, key: "sk-two" });
  await within(async () => expect(await models(acme)).toEqual(["small", "large"]));
  const answer = await call("large");
  expect([answer.status, answer.headers.get("x-atelier-model-server")]).toEqual([200, "two"]);
  expect(added.asked[0]?.headers.authorization).toBe("Bearer sk-two");
  await owner`delete from instance_providers`;
  await within(async () => expect((await call("large")).status).toBe(404));
  expect(await models(acme)).toEqual(["small"]);
});

test("MP-01 stated models are offered by the names of the instance, with their context", async () => {
  const stated = [{ id: "ours", upstream: "large", contextLength: 4_096 }];
  await insertProvider(owner, "two", { url: added.url, models: stated });
  await within(async () => expect(await models(acme)).toEqual(["small", "ours"]));
  expect((await call("ours")).status).toBe(200);
  expect(added.asked[0]?.body.model).toBe("large");
});

test("MP-01 stated endpoints are what a provider is taken to have, also once they are changed", async () => {
  await insertProvider(owner, "two", { url: added.url });
  await within(async () => expect(await models(acme)).toContain("large"));
  const { modelServers } = await import("@/server/model-servers/registry");
  const two = () => modelServers().find(({ settings }) => settings.name === "two");
  const before = two();
  expect(before?.endpoints.lacks("rerank", "large")).toBe(false);
  await owner`update instance_providers set endpoints = '{chat,speech}'`;
  await within(async () => expect(two()?.endpoints.lacks("rerank", "large")).toBe(true));
  expect([two() === before, two()?.endpoints.lacks("speech", "large")]).toEqual([true, false]);
});

test("MP-04 a provider that is for one workspace is not there for another", async () => {
  await insertProvider(owner, "two", { url: added.url, workspaces: [acme.id] });
  await within(async () => expect(await models(acme)).toEqual(["small", "large"]));
  expect(await models(other)).toEqual(["small"]);
  const [theirs, nothing] = [await call("large", other), await call("no-such", other)];
  expect([theirs.status, await theirs.text()]).toEqual([404, (await nothing.text()).replaceAll("no-such", "large")]);
  const headers = { authorization: `Bearer ${keys.get(other)}` };
  expect((await fetch(`${gateway.url}/v1/models/large`, { headers })).status).toBe(404);
  expect(added.asked).toEqual([]);
});

test("MP-03 a draining provider takes no new call while its streams go on; a disabled one ends them", async () => {
  await insertProvider(owner, "two", { url: added.url });
  await within(async () => expect(await models(acme)).toContain("large"));
  const stream = await streaming(acme);
  await owner`update instance_providers set state = 'draining'`;
  await within(async () => expect(await models(acme)).toEqual(["small"]));
  expect((await call("large")).status).toBe(404);
  expect(stream.isOpen()).toBe(true);
  stream.held.write(`data: ${chunk("still here")}\n\n`);
  await owner`update instance_providers set state = 'disabled'`;
  await within(async () => expect(stream.isOpen()).toBe(false));
  expect(await stream.text).toContain("still here");
});

test("MP-03 a stream ends when its provider is no longer for its workspace, and those of others go on", async () => {
  await insertProvider(owner, "two", { url: added.url });
  await within(async () => expect(await models(other)).toContain("large"));
  const [kept, ended] = [await streaming(acme), await streaming(other)];
  await owner`update instance_providers set allowed_workspaces = ${owner.array([acme.id], 2950)}`;
  await within(async () => expect(ended.isOpen()).toBe(false));
  expect(kept.isOpen()).toBe(true);
  kept.held.end("data: [DONE]\n\n");
  expect(await kept.text).toContain("[DONE]");
});

test("MP-03 a stream goes on where its provider's address is changed, and ends with the provider", async () => {
  await insertProvider(owner, "two", { url: added.url });
  await within(async () => expect(await models(acme)).toContain("large"));
  const stream = await streaming(acme);
  await owner`update instance_providers set url = ${named.url}`;
  await within(async () => expect(await models(acme)).toEqual(["small"]));
  expect(stream.isOpen()).toBe(true);
  await owner`delete from instance_providers`;
  await within(async () => expect(stream.isOpen()).toBe(false));
});

test("MP-03 a stream ends where its provider's address and workspaces are changed at once, for one that is not among them", async () => {
  await insertProvider(owner, "two", { url: added.url });
  await within(async () => expect(await models(other)).toContain("large"));
  const [kept, ended] = [await streaming(acme), await streaming(other)];
  await owner`
    update instance_providers set url = ${named.url}, allowed_workspaces = ${owner.array([acme.id], 2950)}`;
  await within(async () => expect(ended.isOpen()).toBe(false));
  expect(kept.isOpen()).toBe(true);
  kept.held.end("data: [DONE]\n\n");
  expect(await kept.text).toContain("[DONE]");
});

test("MP-06 a key that was sealed with another AUTH_SECRET stops its provider alone", async () => {
  await insertProvider(owner, "two", { url: added.url, key: "sk-two" });
  await insertProvider(owner, "three", { url: named.url, models: [{ id: "third", upstream: "small" }] });
  await within(async () => expect(await models(acme)).toEqual(["small", "third", "large"]));
  await owner`update instance_providers set key_sealed = ${Buffer.alloc(60, 7)} where name = 'two'`;
  await within(async () => expect(await models(acme)).toEqual(["small", "third"]));
  const { unreadableKeys } = await import("@/server/model-servers/registry");
  const [row] = await owner`select id from instance_providers where name = 'two'`;
  expect(unreadableKeys()).toEqual(new Set([row?.id]));
  expect((await call("third")).status).toBe(200);
});

test("MP-06 a sealed key is of no use for another address", async () => {
  await insertProvider(owner, "two", { url: added.url, key: "sk-two" });
  await owner`update instance_providers set url = ${named.url}`;
  const { loadProviders, storedKey, unreadableKeys } = await import("@/server/model-servers/registry");
  await loadProviders();
  const [row] = await owner`select id from instance_providers`;
  expect([storedKey(row?.id, String(row?.url)), unreadableKeys().has(row?.id)]).toEqual([undefined, true]);
});

test("MP-01 what MODEL_SERVERS says wins over a provider of the same name", async () => {
  await insertProvider(owner, "one", { url: added.url });
  const { loadProviders } = await import("@/server/model-servers/registry");
  await loadProviders();
  expect(await models(acme)).toEqual(["small"]);
});

test("MP-07 a workspace's own provider is in that workspace only, while operators allow it", async () => {
  await allowOwnProviders(owner, ["127.0.0.1"]);
  await insertOwnProvider(owner, acme.id, { name: "mine", url: added.url, key: "sk-mine" });
  await within(async () => expect(await models(acme)).toEqual(["small", "own/mine/large", "own/mine/own/x/y"]));
  expect(await models(other)).toEqual(["small"]);
  expect((await call("own/mine/large", other)).status).toBe(404);
  const answer = await call("own/mine/large");
  expect([answer.status, answer.headers.get("x-atelier-model-server")]).toEqual([200, "own/mine"]);
  expect(added.asked[0]).toMatchObject({ headers: { authorization: "Bearer sk-mine" }, body: { model: "large" } });
  const stream = await streaming(acme, "own/mine/large");
  await owner`update instance_settings set are_own_providers_allowed = false`;
  await within(async () => expect(stream.isOpen()).toBe(false));
  expect((await call("own/mine/large")).status).toBe(404);
});

test("MP-05 a workspace's own provider at an address that is not allowed is not connected to, also when it was before", async () => {
  await allowOwnProviders(owner, ["127.0.0.1"]);
  await insertOwnProvider(owner, acme.id, { name: "mine", url: added.url });
  await within(async () => expect(await models(acme)).toContain("own/mine/large"));
  await allowOwnProviders(owner, ["10.0.0.0/8"]);
  const { guards } = await import("@/server/model-servers/registry");
  await within(async () => expect(guards.workspace.rules().ranges.texts).toEqual(["10.0.0.0/8"]));
  const connections = added.connections();
  expect((await call("own/mine/large")).status).toBe(502);
  expect([added.asked, added.connections()]).toEqual([[], connections]);
});

test("MP-07 what another workspace's own provider has is not looked for in what a server says, and one's own is hidden", async () => {
  await allowOwnProviders(owner, ["127.0.0.1"]);
  await insertOwnProvider(owner, acme.id, { name: "mine", url: added.url, key: "mellon" });
  await insertOwnProvider(owner, other.id, { name: "theirs", url: "http://127.0.0.1:9/v1", key: "temperature" });
  await within(async () => expect(await models(acme)).toContain("own/mine/large"));
  named.answer = added.answer = json({ error: { message: "temperature is wrong, and so is mellon" } }, 400);
  const told = async (model: string) => (await (await call(model)).json()).error.message;
  expect(await told("small")).toBe("temperature is wrong, and so is mellon");
  expect(await told("own/mine/large")).toBe("temperature is wrong, and so is [removed]");
});

test("MP-01 the list of a workspace's own provider has a bound of its own", async () => {
  await allowOwnProviders(owner, ["127.0.0.1"]);
  const { list } = added;
  added.list = Array.from({ length: 6_000 }, (_, i) => ({ id: `model-${i}`, about: "x".repeat(170) }));
  try {
    await insertOwnProvider(owner, acme.id, { name: "mine", url: added.url });
    await insertProvider(owner, "two", { url: added.url });
    await within(async () => expect(await models(acme)).toContain("model-5999"));
    expect(await models(acme)).not.toContain("own/mine/model-0");
  } finally {
    added.list = list;
  }
});

test("MP-12 a workspace uses the models and the servers that operators let it use: in lists, calls and streams, within a second", async () => {
  const olga = await operator();
  await insertProvider(owner, "added", { url: added.url });
  await within(async () => expect(await models(acme)).toEqual(["small", "large"]));
  const allow = (more: { models?: string; providers?: string }) =>
    olga.api.instance.setAllowance({ slug: acme.slug, ...more });
  const { text } = await streaming(acme);
  const tuned = await ownModel(owner, acme.id, { base: "large", modelServer: "added", upstream: "tuned" });
  await allow({ models: "sma*" });
  await within(async () => expect(await models(acme)).toEqual(["small", tuned]));
  expect((await call("large")).status).toBe(404);
  expect((await call("small")).status).toBe(200);
  // What was made of a model is not a way around.
  expect((await call(tuned)).status).toBe(403);
  expect(await text).toMatch(/no longer|cut/);
  expect(await models(other)).toEqual(["small", "large"]);
  await allow({ providers: "one" });
  await within(async () => expect((await models(acme)).slice(0, -1)).toEqual(["small"]));
  expect((await call(tuned)).status).toBe(403);
  added.answer = json(completion);
  await allow({});
  await within(async () => expect((await call("large")).status).toBe(200));
  await owner`delete from models`;
  const rows =
    await owner`select action from audit_events where workspace_id = ${acme.id} and action = 'workspace.models_changed'`;
  expect(rows).toHaveLength(3);
});

test("MP-12 what was made of a model needs its base on the list, whatever is offered now", async () => {
  const { list } = added;
  const register = (upstream: string) =>
    acme.admin.api.models.register({ workspace: acme.slug, upstream, name: "A LoRA" });
  const registered = (base: string | null, upstream: string) =>
    ownModel(owner, acme.id, { origin: "registered", base, modelServer: "added", upstream });
  const allow = (text: string) =>
    operator().then(({ api }) => api.instance.setAllowance({ slug: acme.slug, models: text }));
  try {
    added.list = [{ id: "large" }, { id: "lora", parent: "gone" }, { id: "kept", parent: "small" }];
    await insertProvider(owner, "added", { url: added.url });
    await insertProvider(owner, "renaming", { url: added.url, models: [{ id: "ours", upstream: "large" }] });
    await within(async () => expect(await models(acme)).toEqual(["small", "large", "ours"]));
    const [unknown, gone] = [await registered(null, "unknown-lora"), await registered("gone", "lora-of-gone")];
    const [byName, ofSmall] = [await registered(null, "small-lora"), await registered("small", "another")];
    const renamed = await ownModel(owner, acme.id, { origin: "registered", base: "large", modelServer: "renaming" });
    await within(async () => expect((await call(gone)).status).toBe(200));
    const { text } = await streaming(acme, gone);
    await allow("sma*\nours");
    await within(async () => expect((await models(acme)).slice(0, 2)).toEqual(["small", "ours"]));
    expect(await text).toMatch(/no longer|cut/);
    added.answer = json(completion);
    const statuses = async () =>
      Promise.all([unknown, gone, byName, ofSmall, renamed].map(async (id) => (await call(id)).status));
    expect(await statuses()).toEqual([403, 403, 200, 200, 200]);
    await expect(register("lora")).rejects.toMatchObject({ cause: { reason: "model_not_free" } });
    expect((await register("kept")).id).toMatch(/^ft:small:/);
    await allow("small");
    await within(async () => expect(await statuses()).toEqual([403, 403, 403, 200, 403]));
  } finally {
    added.list = list;
    await allow("");
    await owner`delete from models`;
  }
});

test("MP-12 other names that a server has for a model do not put it on the list", async () => {
  const { list } = added;
  try {
    added.list = [{ id: "large", aliases: ["small-enough", "small"] }];
    await owner`update workspaces set allowed_models = '{sma*,small-enough}' where id = ${acme.id}`;
    await insertProvider(owner, "added", { url: added.url });
    await within(async () => expect(await models(other)).toEqual(["small", "large"]));
    expect(await models(acme)).toEqual(["small"]);
    expect((await call("small-enough", other)).status).toBe(200);
    expect((await call("small-enough")).status).toBe(404);
  } finally {
    added.list = list;
    await owner`update workspaces set allowed_models = null where id = ${acme.id}`;
  }
});
