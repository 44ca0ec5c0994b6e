import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { owner } from "@/tests/support/database";
import { completion, type FakeModelServer, json, startModelServer } from "@/tests/support/fakes/model-server";
import { startGatewayTo, type TestGateway } from "@/tests/support/gateway/gateway";
import { type Signed, workspace } from "@/tests/support/people";

let upstream: FakeModelServer;
let gateway: TestGateway;
let acme: { admin: Signed; slug: string; id: string };

beforeAll(async () => {
  upstream = await startModelServer();
  gateway = await startGatewayTo([{ name: "one", url: upstream.url, models: ["small", "large"] }]);
  acme = await workspace();
});
afterAll(async () => {
  await gateway.close();
  await upstream.close();
});

const newKey = (values: object = {}) =>
  acme.admin.api.keys.create({ workspace: acme.slug, name: "A key", ...values } as never);

const ask = (secret: string, model: string) =>
  fetch(`${gateway.url}/v1/chat/completions`, {
    method: "POST",
    headers: { authorization: `Bearer ${secret}`, "content-type": "application/json" },
    body: JSON.stringify({ model, messages: [{ role: "user", content: "Hello" }] }),
  });

/** Returns what is noted of a key, once there are so many rows. */
const noted = async (keyId: string, count: number) => {
  const read = () => owner`select kind, value from key_footprints where key_id = ${keyId} order by kind, value`;
  await vi.waitFor(async () => expect(await read()).toHaveLength(count));
  return (await read()).map(({ kind, value }) => `${kind} ${value}`);
};

test("what a request uses of its key is noted, once, and what it is refused is not", async () => {
  upstream.answer = json(completion);
  const { id, secret } = await newKey({ scopes: ["chat", "models:read"], models: "small" });
  expect((await ask(secret, "small")).status).toBe(200);
  expect((await ask(secret, "large")).status).toBe(403);
  expect((await ask(secret, "no-such")).status).toBe(404);
  const embedded = await fetch(`${gateway.url}/v1/embeddings`, {
    method: "POST",
    headers: { authorization: `Bearer ${secret}`, "content-type": "application/json" },
    body: JSON.stringify({ model: "small", input: "Hello" }),
  });
  expect(embedded.status).toBe(403);
  expect(await noted(id, 3)).toEqual(["address 203.0.113.7", "model small", "scope chat"]);
});

test("a key that is narrowed to what it used goes on with that at once, and with nothing else", async () => {
  upstream.answer = json(completion);
  const { id: keyId, secret } = await newKey();
  expect((await ask(secret, "small")).status).toBe(200);
  await noted(keyId, 3);
  await acme.admin.api.keys.narrow({ workspace: acme.slug, keyId });
  await vi.waitFor(async () => expect((await ask(secret, "large")).status).toBe(403));
  expect((await ask(secret, "small")).status).toBe(200);
  await acme.admin.api.keys.undoNarrowing({ workspace: acme.slug, keyId });
  await vi.waitFor(async () => expect((await ask(secret, "large")).status).toBe(200));
});
