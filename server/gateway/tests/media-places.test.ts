import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { metering, replaceMetering, resetMetering } from "@/tests/support/fakes/metering";
import { completion, type FakeModelServer, json, startModelServer } from "@/tests/support/fakes/model-server";
import { startGateway, type TestGateway } from "@/tests/support/gateway/gateway";
import { workspace } from "@/tests/support/people";

replaceMetering();

let upstream: FakeModelServer;
let gateway: TestGateway;
let key: string;

beforeAll(async () => {
  // How long its context is, which would bound any estimate, it does not say.
  upstream = await startModelServer();
  upstream.list = [{ id: "small" }];
  gateway = await startGateway({
    MODEL_SERVER_URL: undefined,
    MODEL_SERVERS: JSON.stringify([{ name: "one", url: upstream.url }]),
  });
  const acme = await workspace();
  key = (await acme.admin.api.keys.create({ workspace: acme.slug, name: "A key" })).secret;
});
beforeEach(() => {
  resetMetering();
  upstream.answer = json(completion);
});
afterAll(async () => {
  await gateway.close();
  await upstream.close();
});

async function promptOf(path: string, body: object): Promise<number> {
  resetMetering();
  await gateway.post(path, key, { model: "small", ...body });
  expect(metering().reservations).toHaveLength(1);
  return metering().reservations[0]?.promptTokens ?? 0;
}

const base64 = "iVBORw0KGgo".padEnd(800_000, "A");
const url = `data:image/png;base64,${base64}`;
const image = { type: "image_url", image_url: { url } };
const message = (...content: unknown[]) => ({ role: "user", content });
const source = { type: "base64", media_type: "image/png", data: base64 };

test.each<[string, string, object]>([
  ["a message", "/v1/chat/completions", { messages: [message(image)] }],
  ["a message that is one part", "/v1/chat/completions", { messages: [{ role: "user", content: image }] }],
  ["a part without a type", "/v1/chat/completions", { messages: [message({ image_url: { url } })] }],
  ["an answer that is sent back", "/v1/chat/completions", { messages: [{ role: "assistant", images: [image] }] }],
  ["messages to be embedded", "/v1/embeddings", { messages: [message(image)] }],
  ["what is embedded", "/v1/embeddings", { input: [{ text: "a" }, { image: url }] }],
  ["the content of what is embedded", "/v1/embeddings", { input: [{ content: [image] }] }],
  ["what is moderated", "/v1/moderations", { input: [{ type: "text", text: "a" }, image] }],
  ["a conversation that is moderated", "/v1/chat/moderations", { input: [message(image)] }],
  ["what is classified", "/v1/classifications", { input: [image] }],
  ["conversations that are classified", "/v1/chat/classifications", { input: [{ messages: [message(image)] }] }],
  ["documents", "/v1/rerank", { query: "a", documents: { content: [image] } }],
  ["each document", "/v1/rerank", { query: "a", documents: ["b", { image: url }] }],
  ["one side of a pair", "/v1/score", { data_1: "a", data_2: { content: [image] } }],
  ["an item of a response", "/v1/responses", { input: [message({ type: "input_image", image_url: url })] }],
  [
    "a screenshot for a response",
    "/v1/responses",
    { input: [{ type: "computer_call_output", output: { type: "computer_screenshot", image_url: url } }] },
  ],
  ["an image that was made before", "/v1/responses", { input: [{ type: "image_generation_call", result: base64 }] }],
  ["Anthropic's message", "/v1/messages", { max_tokens: 9, messages: [message({ type: "image", source })] }],
  [
    "a tool's result",
    "/v1/messages",
    { max_tokens: 9, messages: [message({ type: "tool_result", content: [{ type: "image", source }] })] },
  ],
])("an image in %s is counted as one, not as the text it is written in, at %s", async (_, path, body) => {
  const tokens = await promptOf(path, body);
  expect(tokens).toBeGreaterThan(2_048);
  expect(tokens).toBeLessThan(2_200);
});

test("the same letters as text are text", async () => {
  const asText = [
    await promptOf("/v1/chat/completions", { messages: [message({ type: "text", text: base64 })] }),
    await promptOf("/v1/chat/completions", { messages: [{ role: "user", content: url }] }),
    await promptOf("/v1/chat/completions", { messages: [message({ type: "text", text: "a", image_url: { url } })] }),
    await promptOf("/v1/chat/completions", { messages: [], tools: [image] }),
    await promptOf("/v1/embeddings", { input: [base64] }),
    await promptOf("/v1/rerank", { query: "a", documents: [base64] }),
  ];
  for (const tokens of asText) expect(tokens).toBeGreaterThan(200_000);
});

test("an image that is compared with several documents is counted with each of them", async () => {
  const documents = Array.from({ length: 10 }, () => "b");
  const tokens = await promptOf("/v1/rerank", { query: { content: [image] }, documents });
  expect(tokens).toBeGreaterThan(10 * 2_048);
  expect(tokens).toBeLessThan(10 * 2_200);
});

test("a recording or an image that stands anywhere in what asks for speech or for images is no text", async () => {
  expect(await promptOf("/v1/audio/speech", { input: "Hello", voice: "a", ref_audio: base64 })).toBeLessThan(5_000);
  expect(await promptOf("/v1/images/generations", { prompt: "a", image: [url, url] })).toBeLessThan(50_000);
});
