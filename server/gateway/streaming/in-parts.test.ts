import { expect, test, vi } from "vitest";
import { ServerAnswer } from "@/server/model-servers/server-answer";
import { ServerFailure } from "../errors/upstream-error";
import { PartAnswers, slicesOf } from "./in-parts";
import type { UpstreamResponse } from "./questions";

const param = "input";
const json = { "content-type": "application/json" };

function begun(abort = vi.fn()): { answer: ServerAnswer; abort: typeof abort; response: UpstreamResponse } {
  const answer = new ServerAnswer(200, json, { pause() {}, resume() {}, abort });
  const response = { response: answer, answers: {}, hasAddedUsage: false } as unknown as UpstreamResponse;
  return { answer, abort, response };
}

/** Joins the answers to parts of two texts each; they come in pieces of so many bytes. */
async function join(answers: string[], size = 1_000): Promise<string> {
  const joined = new PartAnswers({ texts: 2 * answers.length, param });
  for (const text of answers) {
    const { answer, response } = begun();
    const bytes = Buffer.from(text);
    for (let at = 0; at < bytes.length; at += size) answer.push(bytes.subarray(at, at + size));
    answer.complete();
    await joined.read(response, 2);
  }
  const pieces: Buffer[] = [];
  await joined.joined().response.read((piece) => void pieces.push(piece));
  return Buffer.concat(pieces).toString();
}

const invalidAnswer = expect.objectContaining({ error: expect.objectContaining({ code: "model_server_invalid" }) });
const items = '[{"index":0,"v":[0.1,1]},{"v":[{"index":7}],"text":"„index\\": 1]}", "index" : 1}]';
const moved = [
  { index: 0, v: [0.1, 1] },
  { index: 1, v: [{ index: 7 }], text: '„index": 1]}' },
  { index: 2, v: [0.1, 1] },
  { index: 3, v: [{ index: 7 }], text: '„index": 1]}' },
];

test.each<[string, string, unknown]>([
  ["a list by itself", ` ${items} `, moved],
  ["only a list", `{"data":${items}}`, { data: moved }],
  ["with usage first", `{ "usage":{"n":2} , "data":${items}}`, { data: moved, usage: { n: 4 } }],
  ["with usage last", `{"results": ${items} ,"usage":{"n":2}\n}`, { results: moved, usage: { n: 4 } }],
  [
    "with more around it, and another usage in that",
    `{"index":5,"a":{"index":0,"usage":1},"usage":{"n":2,"of":{"n":1}},"data":${items},"z":[{"index":3}]}`,
    { index: 5, a: { index: 0, usage: 1 }, usage: { n: 4 }, data: moved, z: [{ index: 3 }] },
  ],
  ["without places, in their order", '{"data":[{"v":1},{"v":2}]}', { data: [1, 2, 1, 2].map((v) => ({ v })) }],
])("parts are joined as they came: %s", async (_, text, whole) => {
  for (const size of [1, 7, 1_000]) expect(JSON.parse(await join([text, text], size))).toEqual(whole);
});

test("numbers stay as they were written, and a usage that a part lacks is none of the whole", async () => {
  const first = '{"usage":{"n":1},"data":[{"index":0,"v":1.10e-3},{"index":1,"v":9007199254740993}]}';
  expect(await join([first, '{"data":[{"index":1,"v":-0.0}]}'])).toBe(
    '{"data":[{"index":0,"v":1.10e-3},{"index":1,"v":9007199254740993},{"index":3,"v":-0.0}]}',
  );
});

test.each([
  '{"data":[]}',
  '{"data":[[],[]]}',
  '{"data":{"0":{"index":0}}}',
  '{"data":[{"index":"0"},{"index":"1"}]}',
  '{"data":[{"index":0},{"v":1}]}',
  '{"data":[{"v":1}]}',
  '{"data":[{"index":0.5}]}',
  '{"data":[{"index":2}]}',
  '{"data":[{"index":0},{"index":1},{"index":1}]}',
  '{"data":[{"index":0}],"data":[{"index":1}]}',
  '{"error":"out of memory"}',
  '{"data":[{"index":0}]',
  "7",
])("what is no answer to a part is refused: %s", async (text) => {
  await expect(join([text])).rejects.toEqual(invalidAnswer);
});

test("an answer is given up with the piece that is too much for all parts, whatever it would become", async () => {
  const joined = new PartAnswers({ texts: 4, param }, 1_000);
  const first = begun();
  first.answer.push(Buffer.from(`{"data":[{"index":0}],"more":"${"x".repeat(400)}"}`));
  first.answer.complete();
  await joined.read(first.response, 2);
  const second = begun();
  const read = joined.read(second.response, 2);
  for (let i = 0; i < 10; i++) second.answer.push(Buffer.from(i === 0 ? '{"data":[' : "[],".repeat(30)));
  await expect(read).rejects.toEqual(invalidAnswer);
  expect(second.abort).toHaveBeenCalled();
});

test("an answer that is long already is given up before the rest is asked for", async () => {
  const joined = new PartAnswers({ texts: 200, param }, 1_000);
  const { answer, response } = begun();
  answer.push(Buffer.from(`{"data":[{"index":0,"v":"${"x".repeat(70)}"}]}`));
  answer.complete();
  const error = await joined.read(response, 2).catch((error) => error);
  expect(error).toBeInstanceOf(ServerFailure);
  expect(error.isFinal).toBe(true);
  expect(error.error).toMatchObject({
    ...{ status: 422, param, code: "invalid_request" },
    message: "input has 200 texts, and the answer has room for about 20. Send fewer in one request.",
  });
});

test("more texts than an answer has room for, or parts, are refused by their number; what a server takes at once is not", () => {
  expect(slicesOf({ texts: 40_000, param }, undefined)).toHaveLength(1);
  expect(slicesOf({ texts: 40_000, param }, 40_000)).toHaveLength(1);
  expect(slicesOf({ texts: 30_000, param }, 32)).toHaveLength(938);
  const refused = (texts: number, most: number) => {
    try {
      slicesOf({ texts, param }, most);
    } catch (error) {
      return error instanceof ServerFailure && [error.error.status, error.error.message];
    }
  };
  const message = (texts: string, most: string) =>
    `input has ${texts} texts, and this model takes ${most} at most. Send fewer in one request.`;
  expect(refused(30_001, 32)).toEqual([422, message("30,001", "30,000")]);
  expect(refused(4_097, 1)).toEqual([422, message("4,097", "4,096")]);
});
