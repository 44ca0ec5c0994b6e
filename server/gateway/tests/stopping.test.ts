import OpenAI, { APIError, InternalServerError } from "openai";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { metering, replaceMetering, resetMetering } from "@/tests/support/fakes/metering";
import { chunk, type FakeModelServer, startModelServer } from "@/tests/support/fakes/model-server";
import { startGateway, type TestGateway } from "@/tests/support/gateway/gateway";
import { newKey, workspace } from "@/tests/support/people";

replaceMetering();

const hello = { model: "small", messages: [{ role: "user" as const, content: "Hello" }], max_tokens: 4_000 };

let upstream: FakeModelServer;
/** A gateway that has stopped begins nothing any more, so each test has its own. */
let gateway: TestGateway;
let endCalls: typeof import("@/server/gateway/calls/call").endCalls;
let key: string;
let openai: OpenAI;

beforeAll(async () => {
  upstream = await startModelServer();
  const acme = await workspace();
  key = await newKey(acme);
});
beforeEach(async () => {
  resetMetering();
  upstream.asked.length = 0;
  gateway = await startGateway({ MODEL_SERVER_URL: upstream.url });
  ({ endCalls } = await import("@/server/gateway/calls/call"));
  openai = new OpenAI({ apiKey: key, baseURL: `${gateway.url}/v1`, maxRetries: 0 });
});
afterEach(() => gateway.close());
afterAll(() => upstream.close());

const settled = () => vi.waitFor(() => expect(metering().settlements).toHaveLength(1), { timeout: 10_000 });

test("a stream that is under way when the process stops ends with an event that OpenAI's client throws, and is charged as far as it came", async () => {
  upstream.answer = (response) => {
    response.writeHead(200, { "content-type": "text/event-stream" });
    for (let i = 0; i < 7; i++) response.write(`data: ${chunk("a")}\n\n`);
  };
  let text = "";
  const read = async () => {
    for await (const part of await openai.chat.completions.create({ ...hello, stream: true })) {
      text += part.choices[0]?.delta.content;
      if (text.length === 7) endCalls();
    }
  };
  const error = await read().catch((thrown) => thrown);
  expect(error).toBeInstanceOf(APIError);
  expect(error).toMatchObject({
    code: "restarting",
    type: "server_error",
    message: expect.stringContaining("restarted"),
  });
  expect(text).toBe("aaaaaaa");
  await settled();
  expect(metering().settlements).toMatchObject([
    { errorCode: "restarting", usageSource: "estimated", usage: { completionTokens: 7 } },
  ]);
});

test.each([true, false])(
  "an answer of which nothing was delivered when the process stops costs nothing, stream: %s",
  async (isStreamed) => {
    upstream.answer = () => {};
    const attempt = openai.chat.completions.create({ ...hello, stream: isStreamed }).catch((thrown) => thrown);
    await vi.waitFor(() => expect(upstream.asked).toHaveLength(1));
    endCalls();
    const error = await attempt;
    expect(error).toBeInstanceOf(InternalServerError);
    expect(error).toMatchObject({ status: 503, code: "restarting" });
    expect(error.headers.get("retry-after")).toBe("5");
    await settled();
    expect(metering().settlements).toMatchObject([{ errorCode: "restarting", status: 503, usageSource: "none" }]);
  },
);

test("what would begin after that is told the same, and no model server hears of it", async () => {
  endCalls();
  const error = await openai.chat.completions.create(hello).catch((thrown) => thrown);
  expect(error).toMatchObject({ status: 503, code: "restarting" });
  expect(upstream.asked).toEqual([]);
  expect(metering().settlements).toMatchObject([{ errorCode: "restarting", usageSource: "none" }]);
});
