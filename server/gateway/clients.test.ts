import type { AddressInfo } from "node:net";
import { type ServerType, serve } from "@hono/node-server";
import { Mistral } from "@mistralai/mistralai";
import { Mistral as MistralV1 } from "mistralai-v1";
import OpenAI, { AuthenticationError, NotFoundError } from "openai";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startHttpServer, type TestServer } from "@/tests/support/http-server";
import { workspace } from "@/tests/support/people";
import { gateway } from "./app";

const tuned = "ft:open-mistral-7b:ab12cd34:20261124:9f8e7d6c";
const ids = ["mistral-small-latest", tuned, "mistralai/Mistral-7B-v0.3"];

let upstream: TestServer;
let server: ServerType;
let base: string;
let apiKey: string;

beforeAll(async () => {
  upstream = await startHttpServer(() => ({ body: { data: ids.map((id) => ({ id })) } }));
  process.env.MODEL_SERVER_URL = `${upstream.url}/v1`;
  server = serve({ fetch: gateway.fetch, port: 0, hostname: "127.0.0.1" });
  if (!server.listening) await new Promise((resolve) => server.once("listening", resolve));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const acme = await workspace();
  apiKey = (await acme.admin.api.keys.create({ workspace: acme.slug, name: "A key" })).secret;
});

afterAll(async () => {
  await new Promise((resolve) => server.close(resolve));
  await upstream.close();
});

describe.each([
  ["@mistralai/mistralai 2", (key: string) => new Mistral({ apiKey: key, serverURL: base })],
  ["@mistralai/mistralai 1", (key: string) => new MistralV1({ apiKey: key, serverURL: base })],
] as const)("%s, as it is", (_, client) => {
  test("lists the models", async () => {
    const { data } = await client(apiKey).models.list();
    expect(data?.map(({ id }: { id?: string }) => id)).toEqual(ids);
    // A shape the client does not know would be of the type UNKNOWN.
    expect(data?.map(({ type }: { type?: string }) => type)).toEqual(ids.map(() => "base"));
  });

  test.each(ids)("retrieves %s", async (modelId) => {
    expect(await client(apiKey).models.retrieve({ modelId })).toMatchObject({ id: modelId, type: "base" });
  });

  test("reports a model that is not there and a key that is wrong", async () => {
    await expect(client(apiKey).models.retrieve({ modelId: "nothing" })).rejects.toMatchObject({ statusCode: 404 });
    const attempt = client("sk-wrong").models.list();
    await expect(attempt).rejects.toMatchObject({ statusCode: 401, body: expect.stringContaining("Invalid API key.") });
  });
});

describe("openai, as it is", () => {
  const client = (key: string) => new OpenAI({ apiKey: key, baseURL: `${base}/v1`, maxRetries: 0 });

  test("lists the models", async () => {
    const found: unknown[] = [];
    for await (const model of client(apiKey).models.list()) found.push(model);
    expect(found).toMatchObject(ids.map((id) => ({ id, object: "model", created: 0, owned_by: "model-server" })));
  });

  test.each(ids)("retrieves %s", async (id) => {
    expect(await client(apiKey).models.retrieve(id)).toMatchObject({ id, object: "model" });
  });

  test("reports a model that is not there and a key that is wrong", async () => {
    const [missing, wrong] = await Promise.all([
      client(apiKey)
        .models.retrieve("nothing")
        .catch((error) => error),
      client("sk-wrong")
        .models.list()
        .catch((error) => error),
    ]);
    expect(missing).toBeInstanceOf(NotFoundError);
    expect(missing).toMatchObject({ status: 404, code: "model_not_found", param: "model" });
    expect(wrong).toBeInstanceOf(AuthenticationError);
    expect(wrong).toMatchObject({ status: 401, code: "invalid_api_key", type: "authentication_error" });
  });
});
