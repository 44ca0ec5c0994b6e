import { setTimeout as wait } from "node:timers/promises";
import pino from "pino";
import { afterAll, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { disconnect } from "@/db/client";
import { freePort } from "@/embedded/platform/free-port";
import { type Collector, type ReceivedSpan, startCollector } from "@/tests/support/fakes/collector";
import { completion, type FakeModelServer, json, startModelServer } from "@/tests/support/fakes/model-server";
import { workspace } from "@/tests/support/people";

let upstream: FakeModelServer;
let collector: Collector;

beforeAll(async () => {
  upstream = await startModelServer();
  collector = await startCollector();
});
beforeEach(() => {
  upstream.asked.length = 0;
  Object.assign(collector, { status: 200, bytes: [], headers: [], spans: [] });
});
afterAll(async () => {
  await upstream.close();
  await collector.close();
});

const variables = [
  "OTEL_TRACES_SAMPLER",
  "OTEL_TRACES_SAMPLER_ARG",
  "OTEL_PROPAGATORS",
  "OTEL_EXPORTER_OTLP_HEADERS",
  "OTEL_BSP_SCHEDULE_DELAY",
];

/** Starts a process that sends traces, with these settings. */
async function started(settings: Record<string, string> = {}) {
  const acme = await workspace();
  const { secret } = await acme.admin.api.keys.create({ workspace: acme.slug, name: "A key" });
  // Statements are traced only on connections that are opened from then on.
  await disconnect();
  const port = await freePort();
  for (const name of variables) delete process.env[name];
  Object.assign(process.env, {
    ...{ ROLE: "gateway", HOST: "127.0.0.1", PORT: String(port) },
    MODEL_SERVERS: JSON.stringify([{ name: "gpu-1", url: upstream.url, key: "upstream-key-1234" }]),
    PRICES: JSON.stringify([{ model: "*", input: "1", output: "2" }]),
    OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
    OTEL_SERVICE_NAME: "atelier-paris",
    ...settings,
  });
  delete process.env.MODEL_SERVER_URL;
  vi.resetModules();
  const { start } = await import("./server");
  const server = await start({ dev: true });
  const chat = (headers: Record<string, string> = {}) =>
    fetch(`http://127.0.0.1:${port}/v1/chat/completions`, {
      method: "POST",
      headers: { authorization: `Bearer ${secret}`, "content-type": "application/json", ...headers },
      body: JSON.stringify({ model: "small", messages: [{ role: "user", content: "A prompt of ada@example.com" }] }),
    });
  return { url: `http://127.0.0.1:${port}`, server, chat, secret, acme };
}

const foreign = { trace: "0af7651916cd43dd8448eb211c80319c", span: "b7ad6b7169203331" };
const traceparent = (flags: string) => `00-${foreign.trace}-${foreign.span}-${flags}`;
const named = (name: string) => {
  const found = collector.spans.find((span) => span.name === name);
  if (!found) throw new Error(`no span ${name} among ${collector.spans.map((span) => span.name).join(", ")}`);
  return found;
};
const below = (parent: ReceivedSpan) => collector.spans.filter((span) => span.parent === parent.id);

test("a call is one tree from its caller's span to the model server's, and nothing that it carries is sent", async () => {
  upstream.answer = json({
    ...completion,
    choices: [{ index: 0, message: { role: "assistant", content: "A secret answer" } }],
  });
  const { url, server, chat, secret, acme } = await started({ OTEL_EXPORTER_OTLP_HEADERS: "x-tenant=paris" });
  expect((await chat({ traceparent: traceparent("00"), tracestate: "vendor=of-a-stranger" })).status).toBe(200);
  expect(
    (await fetch(`${url}/v1/models/small-and-private?q=a-query`, { headers: { authorization: `Bearer ${secret}` } }))
      .status,
  ).toBe(404);
  expect((await fetch(`${url}/v1/a-secret-path`)).status).toBe(401);
  await fetch(`${url}/api/health`);
  await server.close();

  const request = named("POST /v1/chat/completions");
  expect(request).toMatchObject({ ...{ trace: foreign.trace, parent: foreign.span, isError: false } });
  expect(request.attributes).toMatchObject({ "http.route": "/v1/chat/completions", "http.response.status_code": 200 });
  const call = named("call chat");
  expect(call).toMatchObject({ trace: foreign.trace, parent: request.id });
  expect(call.attributes).toMatchObject({
    "gen_ai.request.model": "small",
    "gen_ai.usage.input_tokens": 9,
    "gen_ai.usage.output_tokens": 3,
    "http.response.status_code": 200,
    "atelier.workspace_id": acme.id,
  });
  const asked = named("chat gpu-1");
  expect(asked).toMatchObject({
    trace: foreign.trace,
    parent: call.id,
    attributes: { "atelier.model_server": "gpu-1" },
  });
  expect(upstream.asked[0]?.headers.traceparent).toBe(`00-${foreign.trace}-${asked.id}-01`);
  expect(upstream.asked[0]?.headers.tracestate).toBeUndefined();
  const statements = [...below(request), ...below(call)].filter(({ attributes }) => attributes["db.system.name"]);
  expect(statements.map(({ name }) => name)).toContain("SELECT string_to_table");

  expect(named("GET /v1/models/:id{.+}").attributes["http.response.status_code"]).toBe(404);
  expect(collector.spans.some(({ name }) => name === "GET")).toBe(true);
  expect(collector.resource).toMatchObject({ "service.name": "atelier-paris", "atelier.role": "gateway" });
  expect(collector.headers[0]).toMatchObject({ "x-tenant": "paris", "content-type": "application/x-protobuf" });
  const sent = Buffer.concat(collector.bytes).toString("latin1");
  for (const never of [
    ...[secret, secret.slice(12, 40), "A prompt", "ada@", "secret answer", "upstream-key"],
    ...["of-a-stranger", "a-query", "small-and-private", "a-secret-path", new URL(upstream.url).port],
  ])
    expect(sent, never).not.toContain(never);
});

test("a caller's flag keeps or hides a trace only where the operator says so", async () => {
  upstream.answer = json(completion);
  const counts: number[] = [];
  for (const [sampler, flags] of [
    ["always_off", "01"],
    ["parentbased_always_off", "01"],
    ["always_on", "00"],
    ["parentbased_always_on", "00"],
    ["always_on", "zz"],
  ] as const) {
    collector.spans.length = 0;
    const { server, chat } = await started({ OTEL_TRACES_SAMPLER: sampler });
    await chat({ traceparent: traceparent(flags) });
    await server.close();
    counts.push(collector.spans.filter(({ name }) => name === "call chat").length);
    if (flags === "zz") expect(named("POST /v1/chat/completions").trace).not.toBe(foreign.trace);
  }
  expect(counts).toEqual([0, 1, 1, 0, 1]);
});

test("a collector that is away costs a line in the log, and no call", async () => {
  upstream.answer = json(completion);
  collector.status = 400;
  const lines: string[] = [];
  const shared = globalThis as { atelierLog?: pino.Logger | undefined };
  const before = shared.atelierLog;
  shared.atelierLog = pino({ level: "info" }, { write: (line: string) => lines.push(line) });
  try {
    const { server, chat } = await started({ OTEL_BSP_SCHEDULE_DELAY: "20" });
    for (let count = 0; count < 3; count++) {
      expect((await chat()).status).toBe(200);
      await wait(60);
    }
    await server.close();
  } finally {
    shared.atelierLog = before;
  }
  expect(collector.headers.length).toBeGreaterThan(1);
  expect(lines.filter((line) => line.includes("traces cannot be sent"))).toHaveLength(1);
  const request = lines.find((line) => line.includes("/v1/chat/completions")) ?? "";
  expect(request).toMatch(/"trace":"[0-9a-f]{32}"/);
});
