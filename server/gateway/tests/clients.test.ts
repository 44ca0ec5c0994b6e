import type { AddressInfo } from "node:net";
import { Mistral } from "@mistralai/mistralai";
import { Mistral as MistralV1 } from "mistralai-v1";
import { Mistral as MistralV24 } from "mistralai-v2-4";
import OpenAI, {
  APIError,
  AuthenticationError,
  NotFoundError,
  PermissionDeniedError,
  RateLimitError,
  UnprocessableEntityError,
} from "openai";
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { createCatalogue } from "@/embedded/model-server/catalogue";
import { createModelServer } from "@/embedded/model-server/http/server";
import { owner } from "@/tests/support/database";
import { metering, replaceMetering, resetMetering } from "@/tests/support/fakes/metering";
import { chunk, type FakeModelServer, json, startModelServer, stream } from "@/tests/support/fakes/model-server";
import { startGatewayTo, type TestGateway } from "@/tests/support/gateway/gateway";
import { newKey, workspace } from "@/tests/support/people";

replaceMetering();

const tuned = "ft:open-mistral-7b:ab12cd34:20261124:9f8e7d6c";
const ids = ["mistral-small-latest", tuned, "mistralai/Mistral-7B-v0.3"];
const fakeModel = "mistral-small-latest";
const messages = [{ role: "user" as const, content: "Tell me about the sea." }];

let upstream: FakeModelServer;
/** The model server that comes with Atelier: nothing of it is made up for these tests. */
const embedded = createModelServer({ catalogue: createCatalogue(), key: "embedded-key" });
let gateway: TestGateway;
let apiKey: string;

beforeAll(async () => {
  upstream = await startModelServer();
  upstream.list = ids.map((id) => ({ id }));
  await new Promise<void>((resolve) => embedded.server.listen(0, "127.0.0.1", resolve));
  const { port } = embedded.server.address() as AddressInfo;
  gateway = await startGatewayTo([
    { name: "fake", url: upstream.url },
    {
      name: "embedded",
      url: `http://127.0.0.1:${port}/v1`,
      key: "embedded-key",
      models: [
        { id: "house-chat", upstream: "atelier-base" },
        { id: "house-embed", upstream: "atelier-embed" },
      ],
    },
  ]);
  const acme = await workspace();
  apiKey = await newKey(acme);
});
beforeEach(resetMetering);

afterAll(async () => {
  await gateway.close();
  await upstream.close();
  embedded.server.closeAllConnections();
  await new Promise((resolve) => embedded.server.close(resolve));
});

const offered = [...ids, "house-chat", "house-embed"];

const refused = {
  isGranted: false,
  reason: "requests",
  scope: "key",
  whose: "key",
  span: "month",
  isUnderWay: false,
  limit: 1,
  used: 1,
  retryAfterSeconds: 9,
} as const;

/** Usage null, an event for the usage alone, and an error in the midst. */
const nullUsage = [
  `data: ${chunk("Hel", { usage: null })}\n\n`,
  `data: ${chunk("lo", { finish: "stop", usage: null })}\n\n`,
  'data: {"id":"x","object":"chat.completion.chunk","created":1,"model":"small","choices":[],"usage":{"prompt_tokens":9,"completion_tokens":3,"total_tokens":12}}\n\n',
  "data: [DONE]\n\n",
];
const broken = [`data: ${chunk("Hel")}\n\n`, 'data: {"error":{"message":"out of memory"}}\n\n'];

describe.each([
  ["@mistralai/mistralai 2.7", (key: string) => new Mistral({ apiKey: key, serverURL: gateway.url })],
  ["@mistralai/mistralai 2.4", (key: string) => new MistralV24({ apiKey: key, serverURL: gateway.url })],
  ["@mistralai/mistralai 1", (key: string) => new MistralV1({ apiKey: key, serverURL: gateway.url })],
] as const)("%s, as it is", (_, client) => {
  test("lists the models", async () => {
    const { data } = await client(apiKey).models.list();
    expect(data?.map(({ id }: { id?: string }) => id)).toEqual(offered);
    // A shape the client does not know would be of the type UNKNOWN.
    expect(data?.map(({ type }: { type?: string }) => type)).toEqual(offered.map(() => "base"));
  });

  test.each(ids)("retrieves %s", async (modelId) => {
    expect(await client(apiKey).models.retrieve({ modelId })).toMatchObject({ id: modelId, type: "base" });
  });

  test("reports a model that is not there and a key that is wrong", async () => {
    await expect(client(apiKey).models.retrieve({ modelId: "nothing" })).rejects.toMatchObject({ statusCode: 404 });
    const attempt = client("sk-wrong").models.list();
    await expect(attempt).rejects.toMatchObject({ statusCode: 401, body: expect.stringContaining("Invalid API key.") });
  });

  test("chats, whole", async () => {
    const answer = await client(apiKey).chat.complete({ model: "house-chat", messages, maxTokens: 20, randomSeed: 1 });
    expect(answer).toMatchObject({ model: "house-chat", choices: [{ message: { role: "assistant" } }] });
    expect(metering().settlements).toMatchObject([
      { usageSource: "reported", usage: { completionTokens: answer.usage.completionTokens } },
    ]);
  });

  test("chats, as a stream", async () => {
    const chunks = [];
    const request = { model: "house-chat", messages, maxTokens: 20, randomSeed: 1 };
    for await (const { data } of await client(apiKey).chat.stream(request)) chunks.push(data);
    expect(chunks.map(({ model }) => model)).toEqual(chunks.map(() => "house-chat"));
    expect(chunks.map(({ choices }) => choices[0]?.delta.content).join("")).not.toBe("");
    const { usage } = chunks.at(-1) ?? {};
    await vi.waitFor(() => expect(metering().settlements).toHaveLength(1));
    expect(metering().settlements).toMatchObject([
      {
        usageSource: "reported",
        usage: { promptTokens: usage?.promptTokens, completionTokens: usage?.completionTokens },
      },
    ]);
  });

  test("reads a stream of a server whose usage it would not understand", async () => {
    upstream.answer = stream(nullUsage);
    let text = "";
    for await (const { data } of await client(apiKey).chat.stream({ model: fakeModel, messages }))
      text += data.choices[0]?.delta.content;
    expect(text).toBe("Hello");
  });

  test("embeds", async () => {
    const answer = await client(apiKey).embeddings.create({ model: "house-embed", inputs: ["One", "Two"] });
    expect(answer.model).toBe("house-embed");
    expect(answer.data.map(({ embedding }) => typeof embedding?.[0])).toEqual(["number", "number"]);
    expect(metering().settlements).toMatchObject([{ usageSource: "reported", usage: { completionTokens: 0 } }]);
  });

  test("is told what is wrong with a request, which limit was reached, and that a stream broke", async () => {
    const chat = (more: object) => client(apiKey).chat.complete({ model: fakeModel, messages, ...more });
    await expect(chat({ maxTokens: 0 })).rejects.toMatchObject({
      statusCode: 422,
      detail: [{ loc: ["body", "max_tokens"], msg: "max_tokens must be a whole number of at least 1." }],
    });
    await expect(chat({ model: "nothing" })).rejects.toMatchObject({ statusCode: 404 });
    metering().answer = () => refused;
    await expect(chat({})).rejects.toMatchObject({
      statusCode: 429,
      body: expect.stringContaining("requests_per_minute"),
    });
    resetMetering();
    upstream.answer = stream(broken);
    const read = async () => {
      for await (const _ of await client(apiKey).chat.stream({ model: fakeModel, messages }));
    };
    await expect(read()).rejects.toThrow();
  });
});

describe("openai, as it is", () => {
  const client = (key: string) => new OpenAI({ apiKey: key, baseURL: `${gateway.url}/v1`, maxRetries: 0 });

  test("lists the models", async () => {
    const found: unknown[] = [];
    for await (const model of client(apiKey).models.list()) found.push(model);
    expect(found).toMatchObject(offered.map((id) => ({ id, object: "model" })));
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

  test("chats, whole", async () => {
    const answer = await client(apiKey).chat.completions.create({
      model: "house-chat",
      messages,
      max_tokens: 20,
      seed: 1,
    });
    expect(answer).toMatchObject({ model: "house-chat", choices: [{ message: { role: "assistant" } }] });
    expect(answer._request_id).toBe(metering().settlements[0]?.id);
    expect(metering().settlements).toMatchObject([
      { usageSource: "reported", usage: { completionTokens: answer.usage?.completion_tokens } },
    ]);
  });

  test.each([true, false])("chats, as a stream that ends with the usage when it asks for it: %s", async (asks) => {
    const chunks = [];
    const options = asks ? { stream_options: { include_usage: true } } : {};
    const request = { model: "house-chat", messages, max_tokens: 20, seed: 1, stream: true as const, ...options };
    for await (const part of await client(apiKey).chat.completions.create(request)) chunks.push(part);
    expect(chunks.map(({ model }) => model)).toEqual(chunks.map(() => "house-chat"));
    expect(chunks.some(({ choices }) => choices.length === 0)).toBe(asks);
    await vi.waitFor(() => expect(metering().settlements).toMatchObject([{ usageSource: "reported" }]));
  });

  test.each(["float", "base64"] as const)("embeds, as %s", async (encoding_format) => {
    const request = { model: "house-embed", input: ["One", "Two"], encoding_format };
    const answer = await client(apiKey).embeddings.create(request);
    expect(answer).toMatchObject({ model: "house-embed", data: [{ index: 0 }, { index: 1 }] });
    expect(metering().settlements).toMatchObject([{ usageSource: "reported", usage: { completionTokens: 0 } }]);
  });

  test("is told what is wrong with a request, which limit was reached, and that a stream broke", async () => {
    const chat = (more: object = {}) =>
      client(apiKey)
        .chat.completions.create({ model: fakeModel, messages, ...more })
        .catch((error) => error);
    const invalid = await chat({ max_tokens: 0 });
    expect(invalid).toBeInstanceOf(UnprocessableEntityError);
    expect(invalid).toMatchObject({ code: "invalid_request", param: "max_tokens" });
    metering().answer = () => refused;
    const limited = await chat();
    expect(limited).toBeInstanceOf(RateLimitError);
    expect(limited).toMatchObject({ code: "requests_per_minute" });
    expect(limited.headers.get("retry-after")).toBe("9");
    resetMetering();
    upstream.answer = json({ error: "no" }, 500);
    expect(await chat()).toMatchObject({ status: 500, code: "model_server_failed", message: "500 no" });
    upstream.answer = stream(broken);
    const read = async () => {
      for await (const _ of await client(apiKey).chat.completions.create({ model: fakeModel, messages, stream: true }));
    };
    const broke = await read().catch((error) => error);
    expect(broke).toBeInstanceOf(APIError);
    expect(broke).toMatchObject({ code: "model_server_failed", message: "out of memory" });
  });

  test("is told what its key may not do", async () => {
    const id = apiKey.slice(4, 16);
    const [{ scopes } = { scopes: [] }] = await owner`select scopes from api_keys where id = ${id}`;
    await owner`update api_keys set scopes = '{chat}' where id = ${id}`;
    const attempt = await client(apiKey)
      .embeddings.create({ model: "house-embed", input: "One" })
      .catch((error) => error);
    await owner`update api_keys set scopes = ${scopes} where id = ${id}`;
    expect(attempt).toBeInstanceOf(PermissionDeniedError);
    expect(attempt).toMatchObject({ code: "missing_scope" });
  });

  test("tries again by itself where a limit frees soon, and not where the budget is spent", async () => {
    const patient = new OpenAI({ apiKey, baseURL: `${gateway.url}/v1`, maxRetries: 1 });
    upstream.asked.length = 0;
    metering().answer = () => ({ ...refused, reason: "spend", retryAfterSeconds: 1_000_000 });
    const request = { model: fakeModel, messages };
    await expect(patient.chat.completions.create(request)).rejects.toMatchObject({ code: "spend_limit" });
    expect(metering().reservations).toHaveLength(1);
    metering().answer = () => ({ ...refused, retryAfterSeconds: 1 });
    await expect(patient.chat.completions.create(request)).rejects.toMatchObject({ code: "requests_per_minute" });
    expect(metering().reservations).toHaveLength(3);
    metering().answer = () => ({ ...refused, reason: "spend", isUnderWay: true, retryAfterSeconds: 1 });
    await expect(patient.chat.completions.create(request)).rejects.toMatchObject({ code: "spend_under_way" });
    expect(metering().reservations).toHaveLength(5);
  });
});
