import type { IncomingMessage } from "node:http";
import { Readable } from "node:stream";
import { expect, test } from "vitest";
import { endpointOf } from "../endpoints/table";
import { estimate } from "./estimate";
import { readRequest } from "./request";
import { Tally } from "./tally";
import { estimatedUsage } from "./used-tokens";

const base64 = (bytes: number) => "A".repeat(Math.ceil(bytes / 3) * 4);
const unknown = { contextLength: null };

/** A request of a message with this content, read as it comes. */
async function asked(content: unknown, more: object = {}) {
  const text = JSON.stringify({ model: "m", messages: [{ role: "user", content }], max_tokens: 100, ...more });
  const incoming = Object.assign(Readable.from([Buffer.from(text)]), {
    headers: { "content-type": "application/json", "content-length": String(Buffer.byteLength(text)) },
  });
  const read = await readRequest(endpointOf("chat"), incoming as unknown as IncomingMessage, "whose");
  read.body.release();
  return read;
}

const image = (bytes: number) => ({ type: "image_url", image_url: { url: `data:image/png;base64,${base64(bytes)}` } });

test("an image of 400 kB, and one of 3 MB, reserve as much as an image and not as text", async () => {
  for (const bytes of [400_000, 3_000_000]) {
    const { promptTokens, classes } = estimate(
      await asked([{ type: "text", text: "What is this?" }, image(bytes)]),
      unknown,
    );
    expect(classes).toEqual({ imageInput: 2_048 });
    expect(promptTokens).toBeLessThan(2_200);
  }
  expect(estimate(await asked([image(400)]), unknown).classes).toEqual({ imageInput: 105 });
  expect(estimate(await asked([image(400_000)]), { ...unknown, media: { imageTokens: 300 } }).classes).toEqual({
    imageInput: 300,
  });
});

test.each([
  ["OpenAI's", { type: "input_audio", input_audio: { data: base64(63_999), format: "wav" } }, { audioInput: 50 }],
  ["Mistral's", { type: "input_audio", input_audio: base64(8_000) }, { audioInput: 51 }],
  ["vLLM's, at an address", { type: "audio_url", audio_url: { url: "https://x/a.mp3" } }, { audioInput: 1_500 }],
  ["Mistral's image at an address", { type: "image_url", image_url: "https://x/a.png" }, { imageInput: 2_048 }],
  [
    "a PDF",
    { type: "file", file: { file_data: `data:application/pdf;base64,${base64(120_000)}` } },
    { imageInput: 6_144 },
  ],
  [
    "Anthropic's image",
    { type: "image", source: { type: "base64", media_type: "image/png", data: base64(90_000) } },
    { imageInput: 2_048 },
  ],
])("%s part counts as media", async (_, part, classes) => {
  expect(estimate(await asked([part]), unknown).classes).toEqual(classes);
});

test("text that looks like an image counts as text", async () => {
  const text = `data:image/png;base64,${base64(40_000)}`;
  for (const content of [text, [{ type: "text", text }], [{ type: "other", image_url: text }]]) {
    const { promptTokens, classes } = estimate(await asked(content), unknown);
    expect(classes).toBeUndefined();
    expect(promptTokens).toBeGreaterThan(13_000);
  }
});

test("media are no more than the context", async () => {
  const parts = Array.from({ length: 20 }, () => image(100_000));
  const { promptTokens, classes } = estimate(await asked(parts, { max_tokens: 10 }), { contextLength: 8_000 });
  expect([promptTokens, classes]).toEqual([8_000, { imageInput: 8_000 }]);
});

test("a spoken answer is reserved as audio", async () => {
  expect(estimate(await asked("hi", { modalities: ["text", "audio"] }), unknown).classes).toEqual({ audioOutput: 100 });
});

test("an audio stream that is left after two seconds is charged by its seconds, and no more than was asked for", async () => {
  const tally = new Tally();
  // Two seconds of 16 bit at 24 kHz, in twenty pieces, each with some of the transcript.
  for (let i = 0; i < 20; i++)
    tally.add([{ index: 0, delta: { audio: { id: "a", data: base64(4_800), transcript: "so " } } }]);
  const reserved = { promptTokens: 7, completionTokens: 4_096, ceiling: 4_096 };
  expect(estimatedUsage(reserved, tally)).toEqual({
    usage: { promptTokens: 7, completionTokens: 70, classes: { audioOutput: 50 } },
    usageSource: "estimated",
  });
  expect(estimatedUsage({ ...reserved, ceiling: 16 }, tally).usage).toMatchObject({ completionTokens: 16 });
});

test("an image in an answer counts as one", async () => {
  const tally = new Tally();
  tally.add([{ message: { content: "Here", images: [image(500_000)] } }]);
  expect(tally.tokens).toBe(2_049);
});

test("a server that floods past the limit of the request is charged that limit", async () => {
  const { completionTokens, ceiling, promptTokens } = estimate(await asked("hi", { max_tokens: 50, n: 2 }), unknown);
  expect(ceiling).toBe(100);
  const { usage } = estimatedUsage({ promptTokens, completionTokens, ceiling }, 1_000_000);
  expect(usage?.completionTokens).toBe(100);
});
