import { once } from "node:events";
import http from "node:http";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { drawKey } from "@/server/keys/secret";
import { owner } from "@/tests/support/database";
import { closedUrl, startHttpServer, type TestServer } from "@/tests/support/fakes/http-server";
import { startGateway, type TestGateway } from "@/tests/support/gateway/gateway";
import { memberOf, newPerson, workspace } from "@/tests/support/people";

const plain = { id: "mistral-small-latest", object: "model", created: 1_718_000_000, owned_by: "mistralai" };
const tuned = {
  id: "ft:open-mistral-7b:ab12cd34:20261124:9f8e7d6c",
  capabilities: { completion_chat: true, fine_tuning: true, vision: "yes" },
  aliases: ["support-bot", 7],
  max_model_len: 8_192,
  secret: "of the upstream",
};
const slashed = {
  id: "mistralai/Mistral-7B-v0.3",
  name: "Mistral 7B",
  description: "A model",
  max_context_length: 32_768,
};

let upstream: TestServer;
let gateway: TestGateway;
const models = () => ({ body: { object: "list", data: [plain, tuned, slashed, { id: "" }, "no model", null] } });

beforeAll(async () => {
  upstream = await startHttpServer(models);
  process.env.MODEL_SERVER_KEY = "upstream-key";
});
beforeEach(async () => {
  upstream.answer = models;
  upstream.requests.length = 0;
  gateway = await startGateway({ MODEL_SERVER_URL: `${upstream.url}/v1` });
});
afterEach(() => gateway.close());
afterAll(() => upstream.close());

async function newKey(): Promise<string> {
  const acme = await workspace();
  return (await acme.admin.api.keys.create({ workspace: acme.slug, name: "A key" })).secret;
}

const ask = (path: string, key: string, on = gateway) =>
  fetch(on.url + path, { headers: { authorization: `Bearer ${key}` } });
/** What of an answer's headers differs from one answer to the next. */
const changing = ["date", "x-request-id"];

test("a key lists the models in both client families' shapes, whatever the model server leaves out", async () => {
  const response = await ask("/v1/models", await newKey());
  expect(response.status).toBe(200);
  expect(response.headers.get("cache-control")).toBe("no-store");
  const common = { object: "model", type: "base", deprecation: null, default_model_temperature: null };
  expect(await response.json()).toEqual({
    object: "list",
    data: [
      {
        ...common,
        ...plain,
        name: plain.id,
        description: null,
        aliases: [],
        capabilities: {},
      },
      {
        ...common,
        id: tuned.id,
        created: 0,
        owned_by: "model-server",
        name: tuned.id,
        description: null,
        max_context_length: 8_192,
        aliases: ["support-bot"],
        capabilities: { completion_chat: true, fine_tuning: true },
      },
      {
        ...common,
        ...slashed,
        created: 0,
        owned_by: "model-server",
        aliases: [],
        capabilities: {},
      },
    ],
  });
});

test.each([
  [tuned.id, tuned.id],
  [encodeURIComponent(tuned.id), tuned.id],
  [slashed.id, slashed.id],
  [encodeURIComponent(slashed.id), slashed.id],
  ["support-bot", "support-bot"],
])("the model at /v1/models/%s is %s", async (segment, id) => {
  const response = await ask(`/v1/models/${segment}`, await newKey());
  expect(response.status).toBe(200);
  expect(await response.json()).toMatchObject({ id, object: "model", type: "base" });
});

test.each(["no-such-model", "%2e%2e%2fsecrets", "__proto__", "%E0%A4%A", "x".repeat(5_000), "%00"])(
  "there is no model %s",
  async (segment) => {
    const response = await ask(`/v1/models/${segment}`, await newKey());
    expect(response.status).toBe(404);
    const body = await response.json();
    expect(body).toMatchObject({ object: "error", code: "model_not_found", error: { code: "model_not_found" } });
    expect(body.message).toBe(body.error.message);
  },
);

test("AK-08 whatever is wrong with a key, the answer is the same to the byte", async () => {
  const acme = await workspace();
  const make = () => acme.admin.api.keys.create({ workspace: acme.slug, name: "A key" });
  const [good, revoked, expired, ended] = [await make(), await make(), await make(), await newKey()];
  await acme.admin.api.keys.revoke({ workspace: acme.slug, keyId: revoked.id });
  await owner`update api_keys set expires_at = now() where id = ${expired.id}`;
  await owner`update api_keys set revoked_at = now() where id = ${ended.slice(4, 16)}`;
  const forged = drawKey();
  const otherPepper = await make();
  await owner`update api_keys set pepper_version = 2 where id = ${otherPepper.id}`;
  const headers: Record<string, HeadersInit> = {
    missing: {},
    empty: { authorization: "" },
    "a word": { authorization: good.secret },
    "another scheme": { authorization: `Basic ${btoa(`key:${good.secret}`)}` },
    "two keys": { authorization: `Bearer ${good.secret}, Bearer ${good.secret}` },
    malformed: { authorization: "Bearer sk-0123456789" },
    "a wrong checksum": { authorization: `Bearer ${good.secret.slice(0, -1)}${good.secret.endsWith("0") ? "1" : "0"}` },
    unknown: { authorization: `Bearer ${forged.key}` },
    revoked: { authorization: `Bearer ${revoked.secret}` },
    expired: { authorization: `Bearer ${expired.secret}` },
    "revoked with its workspace": { authorization: `Bearer ${ended}` },
    "under another pepper": { authorization: `Bearer ${otherPepper.secret}` },
    "in another header": { "x-auth-token": good.secret },
    "in a cookie": { cookie: `atelier.session=${good.secret}` },
    "10 kB": { authorization: `Bearer ${"x".repeat(10_000)}` },
  };
  const answers = new Set<string>();
  for (const sent of Object.values(headers)) {
    const response = await fetch(`${gateway.url}/v1/models`, { headers: sent });
    const same = [...response.headers].filter(([name]) => !changing.includes(name));
    answers.add(JSON.stringify([response.status, same, await response.text()]));
  }
  expect([...answers]).toHaveLength(1);
  const [status, sent, body] = JSON.parse([...answers][0] ?? "");
  expect(status).toBe(401);
  expect(JSON.parse(body)).toMatchObject({
    object: "error",
    code: "invalid_api_key",
    error: { code: "invalid_api_key" },
  });
  expect(Object.fromEntries(sent)).toMatchObject({
    "www-authenticate": 'Bearer realm="Atelier"',
    "cache-control": "no-store",
  });
  expect(upstream.requests).toEqual([]);
  expect((await ask("/v1/models", good.secret)).status).toBe(200);
  // In the address a key would end up in logs; there it counts for nothing.
  expect((await fetch(`${gateway.url}/v1/models?api_key=${good.secret}`)).status).toBe(401);
});

test("AK-08 a key with another's id and the right checksum is refused: the secret is what counts", async () => {
  const key = await newKey();
  const forged = drawKey();
  await owner`update api_keys set id = ${forged.id} where id = ${key.slice(4, 16)}`;
  expect((await ask("/v1/models", forged.key)).status).toBe(401);
  expect((await ask("/v1/models", key)).status).toBe(401);
});

test("AK-08 of two Authorization headers neither counts", async () => {
  const key = await newKey();
  const statusOf = async (...headers: string[]) => {
    const sent = http.get(`${gateway.url}/v1/models`, {
      headers: ["Host", new URL(gateway.url).host, ...headers.flatMap((value) => ["Authorization", value])],
    });
    const [response] = await once(sent, "response");
    response.resume();
    return response.statusCode;
  };
  expect(await statusOf(`Bearer ${key}`)).toBe(200);
  expect(await statusOf(`Bearer ${key}`, `Bearer ${key}`)).toBe(401);
});

test("a path that is not there is not told to a caller without a key", async () => {
  const key = await newKey();
  expect((await fetch(`${gateway.url}/v1/nothing`)).status).toBe(401);
  const response = await ask("/v1/nothing", key);
  expect([response.status, (await response.json()).error.code]).toEqual([404, "not_found"]);
});

test("AK-10 a revoked key is refused from its next request on, in every way to revoke it", async () => {
  const acme = await workspace();
  const dev = await memberOf(acme, "developer");
  const { id, secret } = await dev.api.keys.create({ workspace: acme.slug, name: "A key" });
  expect((await ask("/v1/models", secret)).status).toBe(200);
  await acme.admin.api.keys.revoke({ workspace: acme.slug, keyId: id });
  expect((await ask("/v1/models", secret)).status).toBe(401);
});

test("AK-10 the keys of a workspace end with it", async () => {
  const ada = await newPerson();
  const acme = await workspace("Ada's", ada);
  const { secret } = await ada.api.keys.create({ workspace: acme.slug, name: "A key" });
  expect((await ask("/v1/models", secret)).status).toBe(200);
  await ada.api.account.remove({ confirmation: ada.person.email });
  expect((await ask("/v1/models", secret)).status).toBe(401);
});

test("when a key is used is noted, without the request waiting for it", async () => {
  const key = await newKey();
  await ask("/v1/models", key);
  const used = async () =>
    (await owner`select last_used_at from api_keys where id = ${key.slice(4, 16)}`)[0]?.last_used_at;
  await vi.waitFor(async () => expect(await used()).toBeInstanceOf(Date));
});

test("I11 FA-18 while the database cannot be asked no request is accepted: 503 for a good key, with when to retry", async () => {
  const key = await newKey();
  const { DATABASE_APP_URL } = process.env;
  try {
    process.env.DATABASE_APP_URL = (await closedUrl()).replace("http", "postgres");
    const cut = await startGateway();
    const response = await ask("/v1/models", key, cut);
    await cut.close();
    expect([response.status, response.headers.get("retry-after")]).toEqual([503, "5"]);
    expect(await response.json()).toMatchObject({ object: "error", code: "unavailable", type: "server_error" });
    expect(upstream.requests).toEqual([]);
  } finally {
    process.env.DATABASE_APP_URL = DATABASE_APP_URL;
  }
  expect((await ask("/v1/models", key)).status).toBe(200);
});

test.each<[string, () => { status?: number; body: unknown }]>([
  ["500", () => ({ status: 500, body: "secret-body" })],
  ["401", () => ({ status: 401, body: { error: "secret-body" } })],
  ["429", () => ({ status: 429, body: "secret-body" })],
  ["no JSON", () => ({ body: "<html>secret-body" })],
  ["no list", () => ({ body: { object: "list", data: "secret-body" } })],
  ["an endless list", () => ({ body: `{"data":[],"x":"secret-body${"x".repeat(5_000_000)}"}` })],
])("V1-14 a model server that answers with %s is a 502, and nothing of its answer gets through", async (_, answer) => {
  upstream.answer = answer;
  const response = await ask("/v1/models", await newKey());
  expect(response.status).toBe(502);
  const said = JSON.stringify([...response.headers]) + (await response.text());
  for (const secret of ["secret-", upstream.url, "upstream-key"]) expect(said).not.toContain(secret);
  expect(said).toContain("model_server_down");
});

test("V1-14 a model server that is not there is a 502", async () => {
  const cut = await startGateway({ MODEL_SERVER_URL: `${await closedUrl()}/v1` });
  const response = await ask("/v1/models", await newKey(), cut);
  expect([response.status, (await response.json()).code]).toEqual([502, "model_server_down"]);
  await cut.close();
});

test("the model server is asked once for many requests, with its own key and never with a customer's", async () => {
  const key = await newKey();
  const responses = await Promise.all(Array.from({ length: 10 }, () => ask("/v1/models", key)));
  expect(responses.map(({ status }) => status)).toEqual(Array(10).fill(200));
  expect(upstream.requests).toHaveLength(1);
  expect(upstream.requests[0]).toMatchObject({ url: "/v1/models", headers: { authorization: "Bearer upstream-key" } });
  expect(JSON.stringify(upstream.requests)).not.toContain(key);
});
