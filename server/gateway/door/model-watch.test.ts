import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Allowance } from "@/server/model-servers/allowances/queries";
import type { Offer } from "@/server/model-servers/catalogue";
import type { AllowedModel } from "./allowed-models";

const log = vi.hoisted(() => ({ warn: vi.fn(), error: vi.fn(), info: vi.fn(), debug: vi.fn() }));
const asked = vi.hoisted(() => ({ of: [] as string[], answer: (): Promise<Allowance> => new Promise(() => {}) }));
vi.mock("@/server/platform/log", () => ({ log }));
vi.mock("@/server/model-servers/allowances/allowances", async (actual) => ({
  ...(await actual<object>()),
  allowanceOf: (workspaceId: string) => {
    asked.of.push(workspaceId);
    return asked.answer();
  },
}));

const { watchModel } = await import("./model-watch");

beforeEach(() => {
  vi.useFakeTimers();
  asked.of = [];
  log.warn.mockClear();
});
afterEach(() => {
  vi.useRealTimers();
});

const seconds = (count: number) => vi.advanceTimersByTimeAsync(count * 1_000);

/** A server that says for which workspaces it was told to end requests. */
function server(name: string) {
  const ended: string[] = [];
  const endRequests = (mayGoOn: (workspaceId: string) => boolean) =>
    ended.push(...["acme", "lab"].filter((each) => !mayGoOn(each)));
  const offer = { server: { settings: { name }, source: { kind: "environment" }, endRequests }, upstream: "x" };
  return { ended, offer: offer as unknown as Offer };
}

/** Begins to watch a call; `ends` has why it was ended. */
function watched(id: string, offers: Offer[], workspaceId = "acme") {
  const ends: string[] = [];
  const model: AllowedModel = { id, contextLength: null, offers };
  const stop = watchModel(model, { workspaceId, memberId: null, models: null })((cause) => ends.push(cause));
  return { ends, stop };
}

test("a workspace is asked for once however many calls it has, never while it is being asked, and no failure is told for each call", async () => {
  const { offer } = server("one");
  const calls = [1, 2, 3].map(() => watched("small", [offer]));
  const other = watched("small", [offer], "lab");
  asked.answer = () => new Promise(() => {});
  await seconds(5);
  expect(asked.of.sort()).toEqual(["acme", "lab"]);
  for (const { stop } of [...calls, other]) stop();

  asked.of = [];
  asked.answer = () => Promise.reject(new Error("the database is away"));
  const later = [1, 2, 3].map(() => watched("small", [offer]));
  await seconds(2);
  expect([asked.of, log.warn.mock.calls.length]).toEqual([["acme", "acme"], 2]);
  for (const { stop } of later) stop();
  await seconds(5);
  expect([asked.of.length, vi.getTimerCount()]).toEqual([2, 0]);
});

test("a call ends with its model or with the last of its servers; one of two servers is left to the calls that are there", async () => {
  const [one, two] = [server("one"), server("two")];
  const [small, large] = [watched("small", [one.offer, two.offer]), watched("large", [one.offer])];
  const onTwo = watched("small", [two.offer]);
  asked.answer = () => Promise.resolve({ models: ["small"], providers: ["one"] });
  await seconds(1);
  expect([small.ends, large.ends, onTwo.ends]).toEqual([[], ["model"], ["model"]]);
  expect([one.ended, [...new Set(two.ended)]]).toEqual([[], ["acme"]]);
  for (const { stop } of [small, large, onTwo]) stop();
});
