import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { ModelServer } from "./client";
import { mostTextsIn, ToldMostTexts } from "./most-texts";

beforeEach(() => void vi.useFakeTimers({ toFake: ["performance", "setTimeout", "clearTimeout"] }));
afterEach(() => void vi.useRealTimers());

const refusal = "batch size 70 > maximum allowed batch size 32";

test.each<[string, number, unknown, number | undefined]>([
  ["in its words", 413, { error: refusal, error_type: "Validation" }, 32],
  ["in its words, as OpenAI's errors are", 422, { message: refusal, code: 422, type: "Validation" }, 32],
  ["with another status", 400, { error: refusal }, undefined],
  ["with more around it", 422, { error: `${refusal}.` }, undefined],
  ["over two lines", 422, { error: `x\n${refusal}` }, undefined],
  ["elsewhere", 422, { error: "invalid", input: [refusal], detail: [{ msg: refusal }] }, undefined],
  ["deeper", 422, { error: { message: refusal } }, undefined],
  ["of another number", 413, { error: refusal.replace("70", "71") }, undefined],
  ["of none", 413, { error: refusal.replace("32", "0") }, undefined],
  ["of as many", 413, { error: refusal.replace("32", "70") }, undefined],
])("how many texts a server takes is read from its refusal of 70: %s", (_, status, said, most) => {
  expect(mostTextsIn(status, JSON.stringify(said), 70, [Buffer.from('{"input":["é\\u00e9"]}')])).toBe(most);
});

test.each([
  ["as it is", refusal],
  ["in escapes", "\\u0062atch size 70 > maximum allowed batch size 32"],
  ["in an escape within it", "batch size 70 > maximum allo\\u0077ed batch size 32"],
])("what a text of the request says is no server's word: %s", (_, text) => {
  const body = [Buffer.from('{"input":["'), Buffer.from(text), Buffer.from('","b"]}')];
  expect(mostTextsIn(413, JSON.stringify({ error: refusal }), 70, body)).toBeUndefined();
});

test("a refusal that is no JSON says nothing of it", () => {
  expect(mostTextsIn(413, refusal, 70, [])).toBeUndefined();
});

test("what a refusal told is forgotten after ten minutes, and what the server says of itself wins", async () => {
  const server = new ModelServer({ name: "tei", url: "http://tei.example/v1" } as never);
  server.toldMostTexts.note("one", 32);
  expect([server.mostTextsOf("one"), server.saysMostTexts]).toEqual([32, false]);
  expect(server.mostTextsOf("another")).toBeUndefined();
  vi.advanceTimersByTime(600_001);
  expect(server.mostTextsOf("one")).toBeUndefined();
  server.toldMostTexts.note("one", 1);
  const info = { model_id: "bge", model_type: { embedding: {} }, max_client_batch_size: 64 };
  vi.spyOn(server, "fetch").mockImplementation(async (path) =>
    path === "../info" ? Response.json(info) : new Response("", { status: 404 }),
  );
  await server.refresh();
  expect([server.mostTextsOf("one"), server.saysMostTexts]).toEqual([64, true]);
});

test("what refusals told is remembered of a thousand workspaces", () => {
  const told = new ToldMostTexts();
  for (let i = 0; i <= 1_000; i++) told.note(`${i}`, 32);
  expect([told.of("0"), told.of("1"), told.of("1000")]).toEqual([undefined, 32, 32]);
});
