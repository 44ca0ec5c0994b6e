import { Readable } from "node:stream";
import { expect, test } from "vitest";
import { isFlaw, linesOf, readLine } from "./lines";

const openai = { endpoint: "/v1/chat/completions", form: "openai", model: null } as const;
const mistral = { ...openai, form: "mistral", model: "small" } as const;

async function linesIn(...pieces: string[]) {
  const found = [];
  for await (const line of linesOf(Readable.from(pieces.map((piece) => Buffer.from(piece))))) found.push(line);
  return found;
}

test("lines come with their numbers, in pieces of any length, without those that are blank", async () => {
  const expected = [
    { line: 1, text: '{"a":"é"}' },
    { line: 3, text: "{}" },
    { line: 4, text: "last" },
  ];
  const text = '\ufeff{"a":"é"}\r\n \n{}\nlast';
  expect(await linesIn(text)).toEqual(expected);
  const bytes = Buffer.from(text);
  const single = [];
  for await (const line of linesOf(Readable.from([...bytes].map((byte) => Buffer.from([byte]))))) single.push(line);
  expect(single).toEqual(expected);
});

const bodyOf = (text: string, of: Parameters<typeof readLine>[1]) => {
  const read = readLine(text, of);
  return isFlaw(read) ? read.code : read.request.body.toString();
};

test("a body is sent as it was written, of Mistral's lines with the model of the batch where they name none", () => {
  const body = '{ "model": "small", "seed": 12345678901234567890, "body": {"stream": true} }';
  const line = (more = '"method":"POST","url":"/v1/chat/completions",') => `{"custom_id":"a",${more}"body":${body}}`;
  expect(bodyOf(line(), openai)).toBe(body);
  expect(bodyOf(line(""), openai)).toBe("invalid_method");
  expect(bodyOf(line(""), mistral)).toBe(body);
  expect(bodyOf(line('"url":"/v1/embeddings",'), mistral)).toBe("mismatched_url");
  expect(bodyOf('{"custom_id":"a","body":{"seed":1e400}}', mistral)).toBe('{"model":"small","seed":1e400}');
  expect(bodyOf('{"custom_id":"a","body":{ }}', mistral)).toBe('{"model":"small" }');
  expect(bodyOf('{"custom_id":"a","body":{"model":null}}', mistral)).toBe("missing_model");
  expect(bodyOf('{"custom_id":"a","body":{}}', { ...mistral, model: null })).toBe("missing_model");
  expect(bodyOf(`{"custom_id":"${"a".repeat(513)}","body":{}}`, mistral)).toBe("invalid_custom_id");
});
