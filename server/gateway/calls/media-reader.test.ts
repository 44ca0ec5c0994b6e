import { expect, test } from "vitest";
import { passingBounds } from "@/server/platform/json/bounds";
import { JsonScanner } from "@/server/platform/json/scanner";
import { cpuMs } from "@/tests/support/cpu-time";
import { MediaReader } from "./media-reader";

const base64 = "A".repeat(400);

function mediaIn(messages: unknown, length = 7) {
  const reader = new MediaReader();
  const scanner = new JsonScanner(passingBounds, {
    strings: MediaReader.strings,
    onMember: () => 0,
    onValue() {},
    onString: (path, bytes, head) => reader.onString(path, bytes, head),
    onObject: (path) => reader.onObject(path),
  });
  const bytes = Buffer.from(JSON.stringify({ messages, input: messages }));
  for (let i = 0; i < bytes.length; i += length) scanner.push(bytes.subarray(i, i + length));
  scanner.end();
  return reader.found;
}

const url = `data:image/PNG;base64,${base64}`;

test.each<[string, object, object]>([
  [
    "OpenAI's image",
    { type: "image_url", image_url: { url, detail: "low" } },
    { kind: "image", characters: url.length, format: "png" },
  ],
  ["Mistral's image", { image_url: url, type: "image_url" }, { kind: "image", characters: url.length, format: "png" }],
  [
    "an image at an address",
    { type: "image_url", image_url: { url: "https://x/a.png" } },
    { kind: "image", characters: 0 },
  ],
  [
    "OpenAI's recording",
    { type: "input_audio", input_audio: { data: base64, format: "WAV" } },
    { kind: "audio", characters: 400, format: "wav" },
  ],
  ["Mistral's recording", { type: "input_audio", input_audio: base64 }, { kind: "audio", characters: 400 }],
  [
    "Anthropic's image",
    { type: "image", source: { type: "base64", media_type: "image/webp", data: base64 } },
    { kind: "image", characters: 400, format: "webp" },
  ],
  ["vLLM's image without its type", { image_url: { url } }, { kind: "image", characters: url.length, format: "png" }],
  ["Jina's image", { image: base64 }, { kind: "image", characters: 400 }],
  [
    "a screenshot",
    { type: "computer_screenshot", image_url: url },
    { kind: "image", characters: url.length, format: "png" },
  ],
  ["an image that was made", { type: "image_generation_call", result: base64 }, { kind: "image", characters: 400 }],
  ["a file", { type: "file", file: { filename: "a", file_data: base64 } }, { kind: "file", characters: 400 }],
  ["a file by its id", { type: "file", file: { file_id: "a" } }, { kind: "file", characters: 0 }],
])("%s is found as it is", (_, part, found) => {
  for (const length of [1, 7, 10_000])
    expect(mediaIn([{ role: "user", content: [{ type: "text", text: "a" }, part, part] }], length)).toEqual([
      found,
      found,
    ]);
});

test.each<[string, unknown]>([
  ["text", [{ content: url }]],
  ["a text part", [{ content: [{ type: "text", text: url, image_url: url }] }]],
  ["a part of no type that has a text", [{ content: [{ image_url: { url: "A red circle" }, image: "a".repeat(99) }] }]],
  ["a part within a part", [{ content: [{ type: "other", content: [{ type: "image_url", image_url: url }] }] }]],
  ["what is no message's content", [{ tool_calls: [{ type: "image_url", image_url: url }] }]],
])("%s that looks like an image is none", (_, messages) => {
  expect(mediaIn(messages)).toEqual([]);
});

test("what one part says does not reach the next", () => {
  const parts = [{ other: 1, data: base64 }, { type: "image_url" }, { type: "image_url", image_url: { url } }];
  expect(mediaIn([{ content: parts }]).map(({ characters }) => characters)).toEqual([0, url.length]);
});

test("media in a part of another type are none, those beside it and in results are", () => {
  const image = { type: "image_url", image_url: { url } };
  const other = { content: [image, { type: "tool_result", content: [image, image] }, { text: "a" }], type: "other" };
  const result = { type: "web_fetch_result", content: { type: "tool_result", content: [image, { text: "a" }, image] } };
  expect(mediaIn([{ content: [image, other, image] }, { content: [other] }])).toHaveLength(2);
  expect(mediaIn([{ content: [other, result, other, image] }, { content: "a" }])).toHaveLength(3);
  expect(mediaIn([{ type: "message", content: [{ x: { y: 1 } }, result, { text: "a" }, other] }])).toHaveLength(2);
});

test("how deep thousands of them are costs little more", () => {
  const parts = Array.from({ length: 24_000 }, () => ({ type: "image", image: "x" }));
  const flat = [{ type: "message", content: parts }];
  let deep: unknown = flat;
  for (let i = 0; i < 55; i++) deep = [{ type: "message", content: deep }];
  const cost = (messages: unknown) => {
    const begun = cpuMs();
    expect(mediaIn(messages, 16_384)).toHaveLength(24_000);
    return cpuMs() - begun;
  };
  cost(flat);
  expect(cost(deep)).toBeLessThan(3 * cost(flat) + 50);
});
