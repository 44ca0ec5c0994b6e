import OpenAI, { APIError } from "openai";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { freePort } from "@/embedded/platform/free-port";
import { owner } from "@/tests/support/database";
import { chunk, completion, type FakeModelServer, json, startModelServer } from "@/tests/support/fakes/model-server";
import { workspace } from "@/tests/support/people";

const streams = 10;
const tokens = 7;

let upstream: FakeModelServer;

beforeAll(async () => {
  upstream = await startModelServer();
});
afterAll(() => upstream.close());

test("streams that are under way when the process stops end with an error that OpenAI's client throws, and cost what was delivered", async () => {
  const acme = await workspace();
  const { secret } = await acme.admin.api.keys.create({ workspace: acme.slug, name: "A key" });
  const port = await freePort();
  Object.assign(process.env, {
    ...{ ROLE: "gateway", HOST: "127.0.0.1", PORT: String(port), MODEL_SERVER_URL: upstream.url },
    PRICES: JSON.stringify([{ model: "*", input: "1", output: "2" }]),
  });
  vi.resetModules();
  const { start } = await import("./server");
  const server = await start({ dev: true });
  const openai = new OpenAI({ apiKey: secret, baseURL: `http://127.0.0.1:${port}/v1`, maxRetries: 0 });
  const hello = { model: "small", messages: [{ role: "user" as const, content: "Hello" }], max_tokens: 4_000 };
  // The streams pause for ever; a complete answer that arrives in time is delivered.
  upstream.answer = (response, asked, request) => {
    if (!asked.body.stream) return void setTimeout(() => json(completion)(response, asked, request), 1_000);
    response.writeHead(200, { "content-type": "text/event-stream" });
    for (let i = 0; i < tokens; i++) response.write(`data: ${chunk("a")}\n\n`);
  };
  const texts: string[] = Array(streams).fill("");
  const reads = texts.map(async (_, i) => {
    for await (const part of await openai.chat.completions.create({ ...hello, stream: true }))
      texts[i] = `${texts[i]}${part.choices[0]?.delta.content}`;
  });
  const outcomes = Promise.allSettled(reads);
  await expect.poll(() => texts.every((text) => text.length === tokens), { timeout: 20_000 }).toBe(true);
  const whole = openai.chat.completions.create(hello);
  await expect.poll(() => upstream.asked.length, { timeout: 20_000 }).toBe(streams + 1);

  await server.close();

  expect((await whole).choices[0]?.message.content).toBe("Hello there.");
  for (const outcome of await outcomes) {
    const { reason } = outcome as PromiseRejectedResult;
    expect(reason).toBeInstanceOf(APIError);
    expect(reason).toMatchObject({ code: "restarting", type: "server_error" });
  }
  expect(texts).toEqual(Array(streams).fill("a".repeat(tokens)));
  const lines = await owner`
    select status, error_code, completion_tokens from usage_ledger where workspace_id = ${acme.id} and is_streamed`;
  expect(lines).toEqual(Array(streams).fill({ status: 200, error_code: "restarting", completion_tokens: tokens }));
  const [left] = await owner`
    select (select count(*)::int from usage_reservations) as held, (select count(*)::int from usage_leases) as leased`;
  expect(left).toEqual({ held: 0, leased: 0 });
});
