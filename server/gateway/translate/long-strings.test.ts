import { expect, test } from "vitest";
import { workAtOnce } from "@/server/platform/turns";
import { shortenBody } from "./long-strings";
import { translateMessages } from "./messages/request";
import { translateResponses } from "./responses/request";

const inPieces = (text: string, size = 10_000) => {
  const bytes = Buffer.from(text);
  return Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) => bytes.subarray(i * size, (i + 1) * size));
};
const base64 = "iVBORw0KGgo".repeat(10_000);

test("a long string is not parsed, and is the same in what is made of it", () => {
  const body = {
    model: "small",
    messages: [{ data: base64, text: "é€😀".repeat(20_000), short: 'a "quoted" \\ one' }],
  };
  const { value, write } = workAtOnce(shortenBody(inPieces(JSON.stringify(body))));
  const [message] = value.messages as { data: string; short: string }[];
  expect(message?.data.length).toBeLessThan(1_000);
  expect(message?.data.startsWith("iVBORw0KGgo")).toBe(true);
  expect(message?.short).toBe('a "quoted" \\ one');
  expect(JSON.parse(Buffer.concat(workAtOnce(write(value))).toString())).toEqual(body);
  // As the arguments of a tool's call are.
  const nested = Buffer.concat(workAtOnce(write({ arguments: JSON.stringify(value.messages) }))).toString();
  expect(JSON.parse(JSON.parse(nested).arguments)).toEqual(body.messages);
});

test("a string with escapes is parsed as it is, and so is one that an answer may repeat", () => {
  const escaped = `${"a\n".repeat(50_000)}"`;
  const body = { instructions: base64, stream: true, input: escaped, tools: [{ description: base64 }], text: null };
  expect(workAtOnce(shortenBody(inPieces(JSON.stringify(body)))).value).toEqual(body);
});

test("a mark that a program writes itself is text", () => {
  const body = { input: base64, instructions: "<00000000-0000-4000-8000-000000000000:0>" };
  const { value, write } = workAtOnce(shortenBody(inPieces(JSON.stringify(body))));
  expect(JSON.parse(Buffer.concat(workAtOnce(write(value))).toString())).toEqual(body);
});

test("a long image goes through both translations to the byte", () => {
  const url = `data:image/png;base64,${base64}`;
  const expected = [{ role: "user", content: [{ type: "image_url", image_url: { url } }] }];
  const image = { type: "image", source: { type: "base64", media_type: "image/png", data: base64 } };
  const message = { model: "m", max_tokens: 1, messages: [{ role: "user", content: [image] }] };
  const input = [{ role: "user", content: [{ type: "input_image", image_url: url }] }];
  for (const [translate, body] of [
    [translateMessages, message],
    [translateResponses, { model: "m", input }],
  ] as const) {
    const { value, write } = workAtOnce(shortenBody(inPieces(JSON.stringify(body))));
    const chat = JSON.parse(Buffer.concat(workAtOnce(write(workAtOnce(translate(value)).chat))).toString());
    expect(chat.messages).toEqual(expected);
  }
});
