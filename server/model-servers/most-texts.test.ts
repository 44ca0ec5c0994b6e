import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { ModelServer } from "./client";
import { mostTextsIn } from "./text-embeddings";

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
  expect(mostTextsIn(status, JSON.stringify(said), 70)).toBe(most);
});

test("a refusal that is no JSON says nothing of it", () => {
  expect(mostTextsIn(413, refusal, 70)).toBeUndefined();
});

test("what a refusal told is forgotten after ten minutes, and what the server says of itself wins", async () => {
  const server = new ModelServer({ name: "tei", url: "http://tei.example/v1" } as never);
  server.noteMostTexts(32);
  expect([server.mostTexts, server.saysMostTexts]).toEqual([32, false]);
  vi.advanceTimersByTime(600_001);
  expect(server.mostTexts).toBeUndefined();
  server.noteMostTexts(1);
  const info = { model_id: "bge", model_type: { embedding: {} }, max_client_batch_size: 64 };
  vi.spyOn(server, "fetch").mockImplementation(async (path) =>
    path === "../info" ? Response.json(info) : new Response("", { status: 404 }),
  );
  await server.refresh();
  expect([server.mostTexts, server.saysMostTexts]).toEqual([64, true]);
});
