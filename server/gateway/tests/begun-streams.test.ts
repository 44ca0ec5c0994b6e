import { createOpenAICompatible } from "@ai-sdk/openai-compatible";
import { ChatMistralAI } from "@langchain/mistralai";
import { ChatOpenAI } from "@langchain/openai";
import { streamText } from "ai";
import OpenAI from "openai";
import { afterAll, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { metering, replaceMetering, resetMetering } from "@/tests/support/fakes/metering";
import { type FakeModelServer, startModelServer } from "@/tests/support/fakes/model-server";
import { startGateway, type TestGateway } from "@/tests/support/gateway/gateway";
import { workspace } from "@/tests/support/people";

replaceMetering();

let upstream: FakeModelServer;
let gateway: TestGateway;
let apiKey: string;

beforeAll(async () => {
  // A server that never begins, which clients that look at the status alone would ask three times for a whole answer.
  upstream = await startModelServer(() => {});
  gateway = await startGateway({
    MODEL_SERVER_URL: undefined,
    ...{ UPSTREAM_FIRST_BYTE_MS: "400", STREAM_COMMENT_MS: "100" },
    MODEL_SERVERS: JSON.stringify([{ name: "one", url: upstream.url, models: ["small"] }]),
  });
  const acme = await workspace();
  apiKey = (await acme.admin.api.keys.create({ workspace: acme.slug, name: "A key" })).secret;
});
beforeEach(() => {
  resetMetering();
  upstream.asked.length = 0;
});
afterAll(async () => {
  await gateway.close();
  await upstream.close();
});

const [model, prompt] = ["small", "Hello"];
const baseURL = () => `${gateway.url}/v1`;

async function all(parts: AsyncIterable<unknown> | Promise<AsyncIterable<unknown>>): Promise<void> {
  for await (const part of await parts) {
    const { type, error } = part as { type?: string; error?: unknown };
    if (type === "error") throw error;
  }
}

/** With the retries that each makes by itself, or two. */
const clients: [string, () => Promise<void>][] = [
  [
    "openai",
    () => {
      const messages = [{ role: "user" as const, content: prompt }];
      return all(new OpenAI({ apiKey, baseURL: baseURL() }).chat.completions.create({ model, messages, stream: true }));
    },
  ],
  [
    "ai with @ai-sdk/openai-compatible",
    () => {
      const sdk = createOpenAICompatible({ name: "atelier", apiKey, baseURL: baseURL() });
      return all(streamText({ model: sdk(model), prompt, onError() {} }).fullStream);
    },
  ],
  [
    "@langchain/openai",
    () => all(new ChatOpenAI({ model, apiKey, maxRetries: 2, configuration: { baseURL: baseURL() } }).stream(prompt)),
  ],
  [
    "@langchain/mistralai",
    () => all(new ChatMistralAI({ model, apiKey, maxRetries: 2, serverURL: gateway.url }).stream(prompt)),
  ],
];

test.each(clients)("%s does not try a stream again that has begun to wait, and is told why", async (_, ask) => {
  await expect(ask()).rejects.toThrow();
  await vi.waitFor(() =>
    expect(metering().settlements).toMatchObject([{ status: 200, errorCode: "model_server_timeout" }]),
  );
  expect(upstream.asked).toHaveLength(1);
});
