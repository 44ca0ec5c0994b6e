import { afterAll, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { owner } from "@/tests/support/database";
import { chunk, completion, type FakeModelServer, json, startModelServer } from "@/tests/support/fakes/model-server";
import { startGatewayTo, type TestGateway } from "@/tests/support/gateway/gateway";
import { workspace } from "@/tests/support/people";

/** Limits, leases and the ledger are those of production. */
let upstream: FakeModelServer;
let gateway: TestGateway;
let newKey: () => Promise<{ id: string; secret: string }>;

const chat = "/v1/chat/completions";
const base64 = (bytes: number) => "A".repeat(Math.ceil(bytes / 3) * 4);
const withImage = (bytes: number) => ({
  model: "small",
  max_tokens: 100,
  messages: [
    {
      role: "user",
      content: [
        { type: "text", text: "What is this?" },
        { type: "image_url", image_url: { url: `data:image/png;base64,${base64(bytes)}` } },
      ],
    },
  ],
});

beforeAll(async () => {
  upstream = await startModelServer();
  // Its context has no end, as far as it says: that makes no estimate smaller.
  upstream.list = [{ id: "small" }];
  gateway = await startGatewayTo([{ name: "one", url: upstream.url, models: ["small"] }], {
    PRICES: JSON.stringify([{ model: "*", input: "2", output: "8" }]),
  });
  const acme = await workspace();
  newKey = () => acme.admin.api.keys.create({ workspace: acme.slug, name: "A key" });
});
beforeEach(() => {
  upstream.answer = json({ ...completion, usage: { prompt_tokens: 19, completion_tokens: 3, total_tokens: 22 } });
});
afterAll(async () => {
  await gateway.close();
  await upstream.close();
});

const linesOf = (keyId: string) => owner`
  select prompt_tokens as "promptTokens", completion_tokens as "completionTokens", usage_source as "usageSource", cost::int
  from usage_ledger where key_id = ${keyId}`;

test("an image of 400 kB fits into a limit of 100,000 tokens per minute, of which it takes what the server says", async () => {
  const { id, secret } = await newKey();
  await owner`update api_keys set tokens_per_minute = 100000 where id = ${id}`;
  for (let i = 0; i < 3; i++) expect((await gateway.post(chat, secret, withImage(400_000))).status).toBe(200);
  await vi.waitFor(async () => expect(await linesOf(id)).toHaveLength(3));
  expect(await linesOf(id)).toMatchObject(Array(3).fill({ promptTokens: 19, completionTokens: 3 }));
  // As text it would have been refused.
  const text = { model: "small", max_tokens: 100, messages: [{ role: "user", content: base64(400_000) }] };
  expect((await gateway.post(chat, secret, text)).status).toBe(429);
});

test("an image of 3 MB fits into a limit of 1 EUR", async () => {
  const { id, secret } = await newKey();
  await owner`update api_keys set monthly_limit = 1000000 where id = ${id}`;
  expect((await gateway.post(chat, secret, withImage(3_000_000))).status).toBe(200);
  await vi.waitFor(async () => expect(await linesOf(id)).toMatchObject([{ promptTokens: 19, cost: 62 }]));
  const text = { model: "small", max_tokens: 100, messages: [{ role: "user", content: base64(3_000_000) }] };
  expect((await gateway.post(chat, secret, text)).status).toBe(402);
});

test("a spoken answer that is left after two seconds costs those seconds, not the letters that they are written in", async () => {
  const { id, secret } = await newKey();
  upstream.answer = (response) => {
    response.writeHead(200, { "content-type": "text/event-stream" });
    // Two seconds of 16 bit at 24 kHz, in twenty pieces.
    const audio = { id: "a", data: base64(4_800), transcript: "so " };
    const piece = JSON.stringify({ ...JSON.parse(chunk("")), choices: [{ index: 0, delta: { audio } }] });
    for (let i = 0; i < 20; i++) response.write(`data: ${piece}\n\n`);
  };
  const leaving = new AbortController();
  const request = {
    model: "small",
    stream: true,
    modalities: ["text", "audio"],
    audio: { voice: "a", format: "pcm16" },
  };
  const response = await gateway.post(
    chat,
    secret,
    { ...request, messages: [{ role: "user", content: "Say so." }] },
    { signal: leaving.signal },
  );
  const reader = response.body?.getReader();
  let text = "";
  while ((text.match(/transcript/g) ?? []).length < 20)
    text += Buffer.from((await reader?.read())?.value ?? []).toString();
  leaving.abort();
  await vi.waitFor(async () => expect(await linesOf(id)).toMatchObject([{ usageSource: "estimated" }]), {
    timeout: 10_000,
  });
  const [line] = await linesOf(id);
  // 50 tokens of sound, and the transcript.
  expect(line?.completionTokens).toBeGreaterThanOrEqual(50);
  expect(line?.completionTokens).toBeLessThan(100);
});

test("an image is refused by a limit that is less than what an image may take, which is said", async () => {
  const { id, secret } = await newKey();
  await owner`update api_keys set tokens_per_minute = 2000 where id = ${id}`;
  const response = await gateway.post(chat, secret, withImage(400_000));
  expect([response.status, (await response.json()).message]).toEqual([
    429,
    expect.stringMatching(
      /limit of 2,000 tokens per minute is less than the 2,\d{3} tokens that this request may take/,
    ),
  ]);
});
