import { createMistral } from "@ai-sdk/mistral";
import { createOpenAI } from "@ai-sdk/openai";
import { createOpenAICompatible } from "@ai-sdk/openai-compatible";
import { ChatMistralAI } from "@langchain/mistralai";
import { ChatOpenAI } from "@langchain/openai";
import { Mistral } from "@mistralai/mistralai";
import { generateText, type LanguageModel, streamText } from "ai";
import OpenAI from "openai";
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import type { Refused } from "@/server/usage/metering";
import { metering, replaceMetering, resetMetering } from "@/tests/support/fakes/metering";
import {
  chunk,
  completion,
  type FakeModelServer,
  json,
  startModelServer,
  stream,
} from "@/tests/support/fakes/model-server";
import { startGateway, startGatewayTo, type TestGateway } from "@/tests/support/gateway/gateway";
import { newKey, workspace } from "@/tests/support/people";

replaceMetering();
shortenPauses();

let upstream: FakeModelServer;
let gateway: TestGateway;
/** One that waits for no server as long as a client may. */
let hasty: TestGateway;
let isHasty = false;
let apiKey: string;

beforeAll(async () => {
  upstream = await startModelServer();
  gateway = await startGatewayTo([{ name: "one", url: upstream.url }]);
  hasty = await startGateway({ UPSTREAM_FIRST_BYTE_MS: "200" });
  const acme = await workspace();
  apiKey = await newKey(acme);
});
beforeEach(() => {
  resetMetering();
  isHasty = false;
  upstream.answer = json(completion);
  upstream.asked.length = 0;
});
afterAll(async () => {
  await hasty.close();
  await gateway.close();
  await upstream.close();
});

const model = "small";
const prompt = "Hello";
const messages = [{ role: "user" as const, content: prompt }];
const serverURL = () => (isHasty ? hasty : gateway).url;
const baseURL = () => `${serverURL()}/v1`;

/** Who waits: a client library, or what it retries with. */
const ofClient = /node_modules\/(openai|ai|@ai-sdk|@langchain|@mistralai|p-retry|retry)\//;

/** Makes the client libraries wait a fiftieth of what they would between two tries. All others wait as long as ever. */
function shortenPauses(): void {
  const { setTimeout } = globalThis;
  const shortened = (call: () => void, ms = 0, ...args: []) =>
    setTimeout(call, ofClient.test(new Error().stack?.split("\n")[2] ?? "") ? ms / 50 : ms, ...args);
  globalThis.setTimeout = Object.assign(shortened, setTimeout) as typeof setTimeout;
  // Other files run in this process too.
  afterAll(() => {
    globalThis.setTimeout = setTimeout;
  });
}

/** What a client says in one call, as it is after it is made with a key and an address. Two retries, where that is not what it does by itself. */
type Client = { ask(): Promise<unknown>; stream(): Promise<string> };

const withSdk = (of: () => LanguageModel): Client => ({
  ask: async () => (await generateText({ model: of(), prompt })).text,
  async stream() {
    let text = "";
    // It throws nothing by itself: what failed is said in its stream.
    for await (const part of streamText({ model: of(), prompt, onError() {} }).fullStream) {
      if (part.type === "error") throw part.error;
      if (part.type === "text-delta") text += part.text;
    }
    return text;
  },
});

async function read(parts: AsyncIterable<{ content: unknown }>): Promise<string> {
  let text = "";
  for await (const { content } of parts) text += content;
  return text;
}

const clients: Record<string, Client> = {
  openai: {
    ask: async () =>
      (await new OpenAI({ apiKey, baseURL: baseURL() }).chat.completions.create({ model, messages })).choices[0]
        ?.message.content,
    async stream() {
      let text = "";
      const client = new OpenAI({ apiKey, baseURL: baseURL() });
      for await (const { choices } of await client.chat.completions.create({ model, messages, stream: true }))
        text += choices[0]?.delta.content ?? "";
      return text;
    },
  },
  "@mistralai/mistralai": {
    ask: async () =>
      (await new Mistral({ apiKey, serverURL: serverURL() }).chat.complete({ model, messages })).choices[0]?.message
        ?.content,
    async stream() {
      let text = "";
      const events = await new Mistral({ apiKey, serverURL: serverURL() }).chat.stream({ model, messages });
      for await (const { data } of events) text += data.choices[0]?.delta.content ?? "";
      return text;
    },
  },
  "ai with @ai-sdk/openai": withSdk(() => createOpenAI({ apiKey, baseURL: baseURL() }).chat(model)),
  "ai with @ai-sdk/mistral": withSdk(() => createMistral({ apiKey, baseURL: baseURL() })(model)),
  "ai with @ai-sdk/openai-compatible": withSdk(() =>
    createOpenAICompatible({ name: "atelier", apiKey, baseURL: baseURL() })(model),
  ),
  "@langchain/openai": {
    ask: async () => (await langchainOpenAI().invoke(prompt)).content,
    stream: async () => read(await langchainOpenAI().stream(prompt)),
  },
  "@langchain/mistralai": {
    ask: async () => (await langchainMistral().invoke(prompt)).content,
    stream: async () => read(await langchainMistral().stream(prompt)),
  },
};

const langchainOpenAI = () => new ChatOpenAI({ model, apiKey, maxRetries: 2, configuration: { baseURL: baseURL() } });
const langchainMistral = () => new ChatMistralAI({ model, apiKey, maxRetries: 2, serverURL: serverURL() });

/** The status that an error is about, wherever a client keeps it. */
function statusIn(error: unknown): number | undefined {
  if (typeof error !== "object" || error === null) return undefined;
  const { status, statusCode, lastError, cause } = error as Record<string, unknown>;
  const found = [status, statusCode].find((each) => typeof each === "number");
  return (found as number | undefined) ?? statusIn(lastError) ?? statusIn(cause);
}

/** Has a client ask, and says what came of it and how many requests it made. */
async function outcome(ask: () => Promise<unknown>) {
  const error = await ask().then(
    (answer) => ({ answer }),
    (error) => ({ status: statusIn(error) }),
  );
  return { ...error, requests: metering().reservations.length };
}

const refused: Refused = {
  ...{ isGranted: false, reason: "requests", scope: "key", whose: "key", span: "minute" },
  ...{ limit: 1, used: 1, isUnderWay: false, retryAfterSeconds: 1 },
};

const tooLong = {
  error: {
    message: "This model's maximum context length is 8192 tokens. However, you requested 9000 tokens.",
    ...{ type: "invalid_request_error", param: "messages", code: "context_length_exceeded" },
  },
};
const loading = { error: { message: "Loading model", type: "unavailable_error", code: 503 } };

/** How many requests each makes: at most two more where waiting helps, and none where it does not. */
const requests: Record<string, { spend: number; rate: number; context: number; loading: number; late: number }> = {
  openai: { spend: 1, rate: 3, context: 1, loading: 3, late: 1 },
  // Tries nothing again unless it is told to.
  "@mistralai/mistralai": { spend: 1, rate: 1, context: 1, loading: 1, late: 1 },
  // These look at the status alone, not at x-should-retry: a server that never begins works for each of their tries.
  "ai with @ai-sdk/openai": { spend: 1, rate: 3, context: 1, loading: 3, late: 3 },
  "ai with @ai-sdk/mistral": { spend: 1, rate: 3, context: 1, loading: 3, late: 3 },
  "ai with @ai-sdk/openai-compatible": { spend: 1, rate: 3, context: 1, loading: 3, late: 3 },
  "@langchain/openai": { spend: 1, rate: 3, context: 1, loading: 3, late: 3 },
  "@langchain/mistralai": { spend: 1, rate: 3, context: 1, loading: 3, late: 3 },
};

describe.each(Object.entries(clients))("%s, as it is", (name, client) => {
  const expected = requests[name];

  const isPatient = expected && expected.rate > 1;

  describe.each([
    ["whole", client.ask],
    ["as a stream", client.stream],
  ])("%s", (how, ask) => {
    const text = how === "whole" ? "Hello there." : "Hello";
    beforeEach(() => {
      if (how === "whole") return;
      const pieces = [chunk("Hel"), chunk("lo", { finish: "stop" }), "[DONE]"];
      upstream.answer = stream(pieces.map((piece) => `data: ${piece}\n\n`));
    });

    test("chats", async () => {
      expect(await outcome(ask)).toEqual({ answer: text, requests: 1 });
      await vi.waitFor(() => expect(metering().settlements).toMatchObject([{ status: 200 }]));
    });

    test("meets a spending limit", async () => {
      metering().answer = () => ({ ...refused, reason: "spend", span: "month", retryAfterSeconds: 1_000_000 });
      expect(await outcome(ask)).toMatchObject({ status: 402, requests: expected?.spend });
    }, 30_000);

    test("meets a spending limit of which what is under way leaves no room for a moment", async () => {
      metering().answer = () =>
        metering().reservations.length > 1
          ? { isGranted: true }
          : { ...refused, reason: "spend", span: "month", isUnderWay: true };
      expect(await outcome(ask)).toEqual(isPatient ? { answer: text, requests: 2 } : { status: 429, requests: 1 });
    }, 30_000);

    test("meets a limit per minute", async () => {
      metering().answer = () => refused;
      expect(await outcome(ask)).toMatchObject({ status: 429, requests: expected?.rate });
    }, 30_000);

    test("goes on once there is room again", async () => {
      metering().answer = () => (metering().reservations.length > 1 ? { isGranted: true } : refused);
      expect(await outcome(ask)).toEqual(isPatient ? { answer: text, requests: 2 } : { status: 429, requests: 1 });
    }, 30_000);

    test("asks for more than a model can read", async () => {
      upstream.answer = json(tooLong, 400);
      expect(await outcome(ask)).toMatchObject({ status: 400, requests: expected?.context });
      expect(upstream.asked).toHaveLength(expected?.context ?? 0);
    }, 30_000);

    test("meets a model that does not begin to answer in time", async () => {
      isHasty = true;
      upstream.answer = () => {};
      expect(await outcome(ask)).toMatchObject({ status: 504, requests: expected?.late });
      expect(upstream.asked).toHaveLength(expected?.late ?? 0);
    }, 30_000);

    test("meets a model that is loading", async () => {
      upstream.answer = json(loading, 503, { "retry-after": "1" });
      expect(await outcome(ask)).toMatchObject({ status: 503, requests: expected?.loading });
      expect(upstream.asked).toHaveLength(expected?.loading ?? 0);
      // Nothing of it is charged.
      await vi.waitFor(() => expect(metering().settlements).toHaveLength(expected?.loading ?? 0));
      for (const settled of metering().settlements) expect(settled).toMatchObject({ usageSource: "none" });
    }, 30_000);
  });
});

test("what a client is told of a context that is too long, and of a model that is loading, is the server's own", async () => {
  const client = new OpenAI({ apiKey, baseURL: baseURL(), maxRetries: 0 });
  const ask = () => client.chat.completions.create({ model, messages }).catch((error) => error);
  upstream.answer = json(tooLong, 400);
  expect(await ask()).toMatchObject({ status: 400, code: "context_length_exceeded", param: "messages" });
  upstream.answer = json(loading, 503, { "retry-after": "7" });
  const said = await ask();
  expect([said.status, said.headers.get("retry-after")]).toEqual([503, "7"]);
});
