import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { modelServers, unreadableKeys } from "@/server/model-servers/registry";
import { env } from "@/server/platform/env";
import { owner } from "@/tests/support/database";
import { insertProvider } from "@/tests/support/factories/providers";
import { closedUrl, startHttpServer, type TestServer } from "@/tests/support/fakes/http-server";
import { fieldsOf, reasonOf, type Signed, workspace } from "@/tests/support/people";
import { operator } from "@/tests/support/procedures/world";
import { dump } from "@/tests/support/schema/rows";

let server: TestServer;
let ada: Signed;
let address: string;
const key = "sk-very-secret-4711";

beforeAll(async () => {
  server = await startHttpServer(({ url, headers }) => {
    if (headers.authorization !== `Bearer ${key}`) return { status: 401, body: {} };
    return { body: url.endsWith("/models") ? { data: [{ id: "large" }] } : {} };
  });
  address = `${server.url}/v1`;
  ada = await operator();
});
afterAll(() => server.close());
beforeEach(async () => {
  await owner`delete from instance_providers`;
  server.requests.length = 0;
});

const add = (more: object = {}) => ada.api.instance.addProvider({ name: "two", address, key, ...more } as never);
const idOf = async () => (await owner`select id from instance_providers`)[0]?.id as string;

test("MP-01 a provider is saved once it has been tested; its key is in no answer, no log and no dump", async () => {
  const added = await add({ models: "large\nours = large, 4096", endpoints: "rerank chat" });
  expect(added.said).toContain("It lists 1 model. large answered a call in");
  const [shown] = (await ada.api.instance.providers()).providers;
  expect(shown).toMatchObject({
    ...{ name: "two", url: address, hasKey: true, state: "active", workspaces: null, isKeyUnreadable: false },
    models: [
      { id: "large", upstream: "large" },
      { id: "ours", upstream: "large", contextLength: 4_096 },
    ],
    endpoints: ["chat", "rerank"],
  });
  const providerId = added.id;
  expect(shown?.tuned).toBeNull();
  await ada.api.instance.updateProvider({ providerId, address, models: "large", tuned: "support-lora = large\nplain" });
  expect(await ada.api.instance.provider({ providerId })).toMatchObject({
    tuned: [{ upstream: "support-lora", base: "large" }, { upstream: "plain" }],
  });
  expect(modelServers().find(({ settings }) => settings.name === "two")?.settings.tuned).toHaveLength(2);
  expect(JSON.stringify([shown, await ada.api.instance.provider({ providerId: added.id })])).not.toContain(key);
  for (const [table, rows] of await dump(owner)) expect([table, rows.includes(key)]).toEqual([table, false]);
  const { rows } = await ada.api.instance.auditList({ search: "", action: "provider.added" });
  expect(rows[0]).toMatchObject({ after: { name: "two", url: address, hasKey: true, isTested: true } });
});

test("MP-02 what does not work is not saved, unless that is wanted", async () => {
  const down = `${await closedUrl()}/v1`;
  expect(await fieldsOf(add({ address: down }))).toEqual({ address: expect.stringContaining("Nothing listens") });
  expect(await fieldsOf(add({ key: "wrong" }))).toEqual({ key: "The server does not accept this key." });
  expect(await owner`select from instance_providers`).toHaveLength(0);
  expect(await add({ address: down, isForced: "on" })).toMatchObject({ said: null });
});

test.each([
  ["one of Atelier's own keys", { key: `atl_abcdefghijkl_${"x".repeat(49)}` }, "key"],
  ["a key in the address", { address: "https://me:secret@models.example/v1" }, "address"],
  ["no address", { address: "models.example" }, "address"],
  ["a file", { address: "file:///etc/passwd" }, "address"],
  ["a query", { address: "https://models.example/v1?a=b" }, "address"],
  ["a metadata address", { address: "http://169.254.169.254/v1" }, "address"],
  ["a metadata address as a number", { address: "http://2852039166/v1" }, "address"],
  ["Atelier itself", { address: "http://localhost:3000/v1" }, "address"],
  ["a key with a line break", { key: "one\ntwo" }, "key"],
  ["a model twice", { models: "a\na" }, "models"],
  ["a model of another's form", { models: "a b c" }, "models"],
  ["a model under a workspace's own name", { models: "own/a/b" }, "models"],
  ["a fine-tuned model twice", { tuned: "a = b\na" }, "tuned"],
  ["a fine-tuned model of another form", { tuned: "a = " }, "tuned"],
  ["an endpoint that is none", { endpoints: "chat, telepathy" }, "endpoints"],
  ["a workspace that is none", { workspaces: "no-such-one" }, "workspaces"],
  ["a name of MODEL_SERVERS'", { name: "Default" }, "name"],
  ["a name of a workspace's own", { name: "own/x" }, "name"],
])("MP-02 %s is refused at its field, and nothing is asked", async (_, more, field) => {
  expect(Object.keys(await fieldsOf(add(more)))).toEqual([field]);
  expect(server.requests).toEqual([]);
});

test("MP-01 two of one name: one", async () => {
  const outcomes = await Promise.allSettled([add(), add({ name: "TWO" })]);
  expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
  expect(await reasonOf(add())).toBe("provider_name_taken");
});

test("MP-06 a key is kept where nothing is typed, asked for anew with another address, and removed", async () => {
  await add();
  const providerId = await idOf();
  const update = (more: object) => ada.api.instance.updateProvider({ providerId, address, ...more } as never);
  expect((await update({ models: "large" })).said).toContain("answered");
  const elsewhere = await startHttpServer(() => ({ body: { data: [{ id: "stolen" }] } }));
  expect(await fieldsOf(update({ address: `${elsewhere.url}/v1` }))).toEqual({
    key: expect.stringContaining("former address"),
  });
  expect(elsewhere.requests).toEqual([]);
  await update({ address: `${elsewhere.url}/v1`, key: "another" });
  expect(elsewhere.requests[0]?.headers.authorization).toBe("Bearer another");
  await update({ address: `${elsewhere.url}/v1`, isWithoutKey: "on" });
  expect(await owner`select has_key, key_sealed from instance_providers`).toMatchObject([
    { has_key: false, key_sealed: null },
  ]);
  await elsewhere.close();
});

test("MP-06 after AUTH_SECRET was changed the provider is named, its key asked for, and the others work", async () => {
  await add();
  const providerId = await idOf();
  await insertProvider(owner, "three", { url: address, key });
  const former = env().AUTH_SECRET;
  await owner`update instance_providers set key_sealed = ${Buffer.alloc(80, 1)} where name = 'two'`;
  expect(former).toBe(env().AUTH_SECRET);
  const test = () => ada.api.instance.testProvider({ providerId });
  expect(await test()).toEqual({ isWorking: false, said: expect.stringContaining("AUTH_SECRET was changed") });
  const { providers } = await ada.api.instance.providers();
  expect(providers.map(({ name, isKeyUnreadable }) => [name, isKeyUnreadable])).toEqual([
    ["three", false],
    ["two", true],
  ]);
  await ada.api.instance.updateProvider({ providerId, address, key });
  expect(await test()).toMatchObject({ isWorking: true });
  expect(unreadableKeys().size).toBe(0);
});

test("MP-03 a provider is drained, disabled and deleted, each a row of the instance's log", async () => {
  await add();
  const providerId = await idOf();
  for (const state of ["draining", "disabled", "active"] as const)
    await ada.api.instance.setProviderState({ providerId, state });
  await ada.api.instance.removeProvider({ providerId });
  expect(await reasonOf(ada.api.instance.removeProvider({ providerId }))).toBe("not_found");
  const { rows } = await ada.api.instance.auditList({ search: "", action: "provider.*" });
  expect(rows.slice(0, 4).map(({ action }) => action)).toEqual([
    "provider.removed",
    ...["provider.state_changed", "provider.state_changed", "provider.state_changed"],
  ]);
});

test("MP-04 a provider is for the workspaces that are named, by their addresses of today", async () => {
  const acme = await workspace();
  await add({ workspaces: `/w/${acme.slug}` });
  await acme.admin.api.workspaces.setSlug({ workspace: acme.slug, slug: `${acme.slug}-moved` });
  expect((await ada.api.instance.providers()).providers[0]?.workspaces).toEqual([`${acme.slug}-moved`]);
});

test("MP-01 the servers of the environment are listed with the variable that names them", async () => {
  const { variable, environment } = await ada.api.instance.providers();
  expect([variable, environment]).toMatchObject(["MODEL_SERVER_URL", [{ name: "default", hasKey: false }]]);
});

test("MP-07 whether workspaces may bring their own, and where", async () => {
  await ada.api.instance.setOwnProviders({ own: "allowed", ranges: "10.0.0.0/8, fd00::/8 192.168.1.5" });
  expect(await ada.api.instance.providers()).toMatchObject({
    areOwnProvidersAllowed: true,
    ownProviderRanges: ["10.0.0.0/8", "fd00::/8", "192.168.1.5"],
  });
  expect(await fieldsOf(ada.api.instance.setOwnProviders({ own: "allowed", ranges: "10.0.0.0/64" }))).toHaveProperty(
    "ranges",
  );
});
