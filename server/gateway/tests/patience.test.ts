import http from "node:http";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { metering, replaceMetering, resetMetering } from "@/tests/support/fakes/metering";
import { chunk, completion, type FakeModelServer, json, startModelServer } from "@/tests/support/fakes/model-server";
import { startGateway, type TestGateway } from "@/tests/support/gateway/gateway";
import { workspace } from "@/tests/support/people";

replaceMetering();

const [second, minute] = [1_000, 60_000];

let upstream: FakeModelServer;
let gateway: TestGateway;
let key: string;

beforeAll(async () => {
  upstream = await startModelServer();
  // With the times that an installation has which says nothing of them.
  gateway = await startGateway({
    MODEL_SERVER_URL: undefined,
    ...{ UPSTREAM_FIRST_BYTE_MS: undefined, UPSTREAM_IDLE_MS: undefined, STREAM_COMMENT_MS: undefined },
    MODEL_SERVERS: JSON.stringify([{ name: "one", url: upstream.url, models: ["small"] }]),
  });
  const acme = await workspace();
  key = (await acme.admin.api.keys.create({ workspace: acme.slug, name: "A key" })).secret;
});
beforeEach(() => {
  resetMetering();
  upstream.asked.length = 0;
});
afterEach(() => void vi.useRealTimers());
afterAll(async () => {
  await gateway.close();
  await upstream.close();
});

type Answer = { status: number | undefined; text: string; isOver: boolean };

/** Asks for a chat at a clock that only `pass` moves, and returns what has come so far, once the model server has the request. */
async function ask(isStreamed: boolean): Promise<Answer> {
  // What was asked once is remembered: the rest is as fast as this process is.
  upstream.answer = json(completion);
  await gateway.post("/v1/chat/completions", key, { model: "small", messages: [] });
  resetMetering();
  upstream.asked.length = 0;
  upstream.answer = held;
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] });
  const answer: Answer = { status: undefined, text: "", isOver: false };
  const headers = { authorization: `Bearer ${key}`, "content-type": "application/json" };
  const request = http.request(`${gateway.url}/v1/chat/completions`, { method: "POST", headers, agent: false });
  request.on("response", (response) => {
    answer.status = response.statusCode;
    response.on("data", (piece) => {
      answer.text += piece;
    });
    response.on("end", () => {
      answer.isOver = true;
    });
  });
  // What is under way when a test fails is cut.
  request.on("error", () => {});
  request.end(JSON.stringify({ model: "small", messages: [{ role: "user", content: "Hello" }], stream: isStreamed }));
  await until(() => upstream.asked.length === 1);
  return answer;
}

let response: http.ServerResponse;
const held: FakeModelServer["answer"] = (given) => {
  response = given;
};

/** Waits for what other parts of this process do, some of which wait a moment by the clock: it goes on by half a second at most. */
async function until(isSo: () => boolean): Promise<void> {
  // The date goes on as it does.
  const deadline = Date.now() + 30_000;
  for (let passed = 0; !isSo() && Date.now() < deadline; passed++) {
    if (passed < 500) vi.advanceTimersByTime(1);
    await new Promise(setImmediate);
  }
  expect(isSo()).toBe(true);
}

async function pass(ms: number): Promise<void> {
  await vi.advanceTimersByTimeAsync(ms);
  for (let i = 0; i < 200; i++) await new Promise(setImmediate);
}

const whole = () =>
  json(completion)(response, upstream.asked[0] as (typeof upstream.asked)[0], {} as http.IncomingMessage);

test("a whole answer may take ten minutes, and is asked for once", async () => {
  const answer = await ask(false);
  await pass(10 * minute - 5 * second);
  expect(answer).toEqual({ status: undefined, text: "", isOver: false });
  whole();
  await until(() => answer.isOver);
  expect([answer.status, answer.text, upstream.asked.length]).toEqual([200, JSON.stringify(completion), 1]);
  expect(metering().settlements).toMatchObject([{ status: 200, usageSource: "reported" }]);
});

test("one that takes longer is given up, and asked for once too", async () => {
  const answer = await ask(false);
  await pass(10 * minute + second);
  await until(() => answer.isOver);
  expect([answer.status, upstream.asked.length]).toEqual([504, 1]);
  expect(metering().settlements).toMatchObject([{ status: 504, usageSource: "none" }]);
});

test("a stream may pause for five minutes, with a comment each fifteen seconds", async () => {
  const answer = await ask(true);
  response.writeHead(200, { "content-type": "text/event-stream" }).write(`data: ${chunk("Hel")}\n\n`);
  await until(() => answer.text.includes("Hel"));
  for (let i = 0; i < 19; i++) await pass(15 * second);
  await until(() => answer.text.split(": waiting\n\n").length === 20);
  response.end(`data: ${chunk("lo", { finish: "stop" })}\n\ndata: [DONE]\n\n`);
  await until(() => answer.isOver);
  expect(answer.text.endsWith("data: [DONE]\n\n")).toBe(true);
  expect(metering().settlements).toMatchObject([{ status: 200, usage: { completionTokens: 2 } }]);
});

test("one that pauses for longer ends with an event", async () => {
  const answer = await ask(true);
  response.writeHead(200, { "content-type": "text/event-stream" }).write(`data: ${chunk("Hel")}\n\n`);
  await until(() => answer.text.includes("Hel"));
  for (let i = 0; i < 21; i++) await pass(15 * second);
  await until(() => answer.isOver);
  expect(answer.text).toContain('"code":"model_server_timeout"');
  expect(metering().settlements).toMatchObject([{ status: 200, errorCode: "model_server_timeout" }]);
});

test("an error whose body stalls is told after ten seconds, whatever else may pause for longer", async () => {
  const answer = await ask(false);
  response.writeHead(429, { "content-type": "application/json", "retry-after": "7" }).write('{"error":{"mess');
  await pass(0);
  await pass(8 * second);
  expect(answer.status).toBeUndefined();
  await pass(3 * second);
  await until(() => answer.isOver);
  expect([answer.status, JSON.parse(answer.text).code]).toEqual([429, "model_server_busy"]);
});
