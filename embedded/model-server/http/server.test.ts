import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { Mistral } from "@mistralai/mistralai";
import { HTTPValidationError, SDKError } from "@mistralai/mistralai/models/errors";
import { Mistral as MistralV1 } from "mistralai-v1";
import OpenAI, { APIError } from "openai";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { createCatalogue } from "../catalogue";
import { createModelServer, type ModelServer } from "./server";

const catalogue = createCatalogue();
const servers: ModelServer[] = [];

async function listen(settings: { key?: string; tokensPerSecond?: number } = {}) {
  const model = createModelServer({ catalogue, ...settings });
  servers.push(model);
  await once(model.server.listen(0, "127.0.0.1"), "listening");
  return { ...model, url: `http://127.0.0.1:${(model.server.address() as AddressInfo).port}` };
}

let url: string;
beforeAll(async () => {
  url = (await listen()).url;
});
afterAll(() => {
  for (const { server } of servers) {
    server.closeAllConnections();
    server.close();
  }
});

const question = [{ role: "user" as const, content: "What is a workspace?" }];
const expected = "shared place for a team";

function post(path: string, body: unknown, headers: Record<string, string> = {}) {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  return fetch(url + path, { method: "POST", body: text, headers: { "content-type": "application/json", ...headers } });
}

describe.each([
  ["@mistralai/mistralai 2", Mistral as unknown as typeof MistralV1],
  ["@mistralai/mistralai 1", MistralV1],
])("%s", (_, Client) => {
  const client = () => new Client({ apiKey: "any", serverURL: url });

  test("lists and retrieves models, by alias too", async () => {
    const models = (await client().models.list()).data ?? [];
    expect(models.map(({ id }) => id)).toEqual(["atelier-base", "atelier-mini", "atelier-embed"]);
    expect(models[0]).toMatchObject({ type: "base", capabilities: { completionChat: true, fineTuning: true } });
    expect(await client().models.retrieve({ modelId: "atelier-mini-latest" })).toMatchObject({
      id: "atelier-mini-latest",
      aliases: ["atelier-mini"],
      maxContextLength: 8_192,
    });
  });

  test("completes a chat", async () => {
    const result = await client().chat.complete({ model: "atelier-base-latest", messages: question, temperature: 0 });
    expect(result).toMatchObject({ object: "chat.completion", model: "atelier-base-latest" });
    expect(result.id).toMatch(/^cmpl-/);
    expect(result.choices?.[0]).toMatchObject({ index: 0, finishReason: "stop", message: { role: "assistant" } });
    expect(result.choices?.[0]?.message?.content).toContain(expected);
    const { promptTokens = 0, completionTokens = 0, totalTokens } = result.usage;
    expect(promptTokens).toBeGreaterThan(4);
    expect(totalTokens).toBe(promptTokens + completionTokens);
  });

  test("streams a chat", async () => {
    let text = "";
    const finishes = [];
    let usage: unknown;
    for await (const { data } of await client().chat.stream({
      model: "atelier-base",
      messages: question,
      temperature: 0,
    })) {
      text += data.choices[0]?.delta.content ?? "";
      finishes.push(data.choices[0]?.finishReason);
      usage = data.usage ?? usage;
    }
    expect(text).toContain(expected);
    expect(finishes.at(-1)).toBe("stop");
    expect(new Set(finishes.slice(0, -1))).toEqual(new Set([null]));
    expect(usage).toMatchObject({ completionTokens: expect.any(Number) });
  });

  test("embeds", async () => {
    const result = await client().embeddings.create({ model: "atelier-embed", inputs: ["a key", "a key", "the sea"] });
    const [a = [], b = [], c = []] = result.data.map(({ embedding }) => embedding);
    const dot = (x: number[], y: number[]) => x.reduce((sum, value, index) => sum + value * (y[index] ?? 0), 0);
    expect(a).toHaveLength(256);
    expect(a).toEqual(b);
    expect(dot(a, a)).toBeCloseTo(1, 5);
    expect(dot(a, c)).toBeLessThan(0.5);
  });

  test("reads refusals", async () => {
    const refused = await client()
      .chat.complete({ model: "nope", messages: question })
      .catch((error) => error);
    expect(refused).toMatchObject({ statusCode: 400, body: expect.stringContaining("Invalid model: nope") });
    await expect(client().models.retrieve({ modelId: "nope" })).rejects.toMatchObject({ statusCode: 404 });
    const invalid = await client()
      .chat.complete({ model: "atelier-base", messages: question, temperature: 9 })
      .catch((error) => error);
    expect(invalid.name).toBe("HTTPValidationError");
    expect(invalid.detail[0].loc).toEqual(["body", "temperature"]);
  });
});

test("Mistral's newest client gets its own error classes", async () => {
  const client = new Mistral({ apiKey: "any", serverURL: url });
  await expect(client.chat.complete({ model: "nope", messages: question })).rejects.toBeInstanceOf(SDKError);
  const invalid = client.chat.complete({ model: "atelier-base", messages: question, n: 9 });
  await expect(invalid).rejects.toBeInstanceOf(HTTPValidationError);
});

describe("openai", () => {
  const client = () => new OpenAI({ apiKey: "any", baseURL: `${url}/v1`, maxRetries: 0 });

  test("lists and retrieves models", async () => {
    const ids = [];
    for await (const model of client().models.list()) ids.push(model.id);
    expect(ids).toContain("atelier-mini");
    expect(await client().models.retrieve("atelier-base")).toMatchObject({ object: "model", owned_by: "atelier" });
  });

  test("completes a chat with parts, a seed and several choices", async () => {
    const ask = () =>
      client().chat.completions.create({
        model: "atelier-mini",
        messages: [
          { role: "developer", content: "Be brief." },
          {
            role: "user",
            content: [
              { type: "text", text: "Tell me " },
              { type: "text", text: "about the sea" },
            ],
          },
        ],
        n: 3,
        seed: 11,
        temperature: 1.5,
        stop: "!",
      });
    const [first, second] = await Promise.all([ask(), ask()]);
    expect(first.choices.map(({ index }) => index)).toEqual([0, 1, 2]);
    expect(first.choices).toEqual(second.choices);
    expect(new Set(first.choices.map(({ message }) => message.content)).size).toBeGreaterThan(1);
  });

  test("streams with a usage chunk when asked", async () => {
    const stream = await client().chat.completions.create({
      model: "atelier-base",
      messages: question,
      temperature: 0,
      stream: true,
      stream_options: { include_usage: true },
    });
    const chunks = [];
    for await (const chunk of stream) chunks.push(chunk);
    expect(chunks.map(({ choices }) => choices[0]?.delta.content ?? "").join("")).toContain(expected);
    expect(chunks.at(-2)?.choices[0]?.finish_reason).toBe("stop");
    expect(chunks.at(-1)).toMatchObject({ choices: [], usage: { completion_tokens: expect.any(Number) } });
  });

  test("embeds, in the base64 it asks for by itself", async () => {
    const { data } = await client().embeddings.create({ model: "atelier-embed-latest", input: "a workspace" });
    expect(data[0]?.embedding).toHaveLength(256);
    expect(Math.hypot(...(data[0]?.embedding ?? []))).toBeCloseTo(1, 5);
  });

  test("reads refusals", async () => {
    const refused = await client()
      .chat.completions.create({ model: "nope", messages: question })
      .catch((error) => error);
    expect(refused).toBeInstanceOf(APIError);
    expect(refused).toMatchObject({ status: 400, code: "1500", type: "invalid_model" });
    const invalid = client().chat.completions.create({ model: "atelier-base", messages: [] });
    await expect(invalid).rejects.toMatchObject({ status: 422, type: "invalid_request_error" });
  });
});

describe("HTTP", () => {
  test("health needs no key", async () => {
    const { url: locked } = await listen({ key: "secret" });
    expect(await (await fetch(`${locked}/health`)).json()).toEqual({ status: "ok" });
    expect((await fetch(`${locked}/v1/models`)).status).toBe(401);
    expect((await fetch(`${locked}/v1/models`, { headers: { authorization: "Bearer secrets" } })).status).toBe(401);
    expect((await fetch(`${locked}/v1/models`, { headers: { authorization: "Bearer secret" } })).status).toBe(200);
  });

  test.each([
    ["GET", "/nowhere", 404],
    ["GET", "/v1/models/%E0%A4%A", 404],
    ["DELETE", "/v1/models", 405],
    ["GET", "/v1/chat/completions", 405],
  ])("%s %s is %i in both clients' shape", async (method, path, status) => {
    const response = await fetch(url + path, { method });
    const body = await response.json();
    expect(response.status).toBe(status);
    expect(body).toMatchObject({ object: "error", message: body.error.message, error: { param: null } });
  });

  test("percent-encoded ids are decoded", async () => {
    expect((await fetch(`${url}/v1/models/atelier%2Dbase`)).status).toBe(200);
  });

  test.each([
    ["bad JSON", "{", ["body"]],
    ["no model", { messages: question }, ["body", "model"]],
    ["no messages", { model: "atelier-base" }, ["body", "messages"]],
    [
      "an unknown role",
      { model: "atelier-base", messages: [{ role: "x", content: "" }] },
      ["body", "messages", 0, "role"],
    ],
    ["not an object", [], ["body"]],
  ])("%s is 422 with details", async (_, body, loc) => {
    const response = await post("/v1/chat/completions", body);
    expect(response.status).toBe(422);
    expect((await response.json()).detail[0]).toEqual({ type: expect.any(String), loc, msg: expect.any(String) });
  });

  test("what these models cannot do is refused, not ignored", async () => {
    for (const more of [{ tools: [{}] }, { response_format: { type: "json_object" } }]) {
      expect((await post("/v1/chat/completions", { model: "atelier-base", messages: question, ...more })).status).toBe(
        400,
      );
    }
    const last = [...question, { role: "assistant", content: "A" }];
    expect((await post("/v1/chat/completions", { model: "atelier-base", messages: last })).status).toBe(400);
    expect((await post("/v1/chat/completions", { model: "atelier-embed", messages: question })).status).toBe(400);
    expect((await post("/v1/embeddings", { model: "atelier-base", input: "a" })).status).toBe(400);
    expect((await post("/v1/embeddings", { model: "atelier-embed", input: "a ".repeat(9_000) })).status).toBe(400);
  });

  test("a body over 10 MB is 413, announced or not", async () => {
    const large = "x".repeat(11 * 1024 * 1024);
    expect((await post("/v1/chat/completions", large)).status).toBe(413);
    const body = new Blob([large]).stream();
    const unannounced = { method: "POST", body, duplex: "half" } as RequestInit;
    expect((await fetch(`${url}/v1/chat/completions`, unannounced)).status).toBe(413);
  });

  test("a stream is server-sent events that end with [DONE]", async () => {
    const response = await post("/v1/chat/completions", { model: "atelier-base", messages: question, stream: true });
    expect(response.headers.get("content-type")).toContain("text/event-stream");
    const events = (await response.text()).split("\n\n");
    expect(events.at(-2)).toBe("data: [DONE]");
    for (const event of events.slice(0, -2)) {
      const { id, model, choices } = JSON.parse(event.replace("data: ", ""));
      expect({ id, model }).toEqual({ id: expect.stringMatching(/^cmpl-/), model: "atelier-base" });
      expect(Object.keys(choices[0])).toEqual(["index", "delta", "finish_reason"]);
    }
  });

  test.each([true, false])("a client that goes away ends the generation (stream: %s)", async (stream) => {
    const slow = await listen({ tokensPerSecond: 2 });
    const leaving = new AbortController();
    const body = JSON.stringify({ model: "atelier-base", messages: question, stream });
    const pending = fetch(`${slow.url}/v1/chat/completions`, { method: "POST", body, signal: leaving.signal });
    pending.catch(() => undefined);
    await vi.waitFor(() => expect(slow.working.size).toBe(1));
    if (stream) await pending;
    leaving.abort();
    await vi.waitFor(() => expect(slow.working.size).toBe(0));
  });
});
