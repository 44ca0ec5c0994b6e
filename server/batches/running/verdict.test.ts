import { expect, test } from "vitest";
import type { LineAnswer } from "../door";
import { judge } from "./verdict";

const answer = (status: number, code: string, more: Partial<LineAnswer> = {}): LineAnswer => ({
  ...{ requestId: "1", status, body: "{}", error: { status, code, message: "No.", param: null } },
  ...{ retryAfterSeconds: 7, mayRetry: true, written: Promise.resolve() },
  used: { promptTokens: 0, completionTokens: 0, cost: 0, isCharged: false },
  ...more,
});

test.each([
  [400, "context_length_exceeded", { kind: "keep", isError: true }],
  [402, "end_user_limit", { kind: "keep", isError: true }],
  [402, "spend_limit", { kind: "pause", seconds: 7 }],
  [429, "spend_under_way", { kind: "pause", seconds: 7 }],
  [402, "insufficient_quota", { kind: "wait", seconds: 7, isOwnFault: false }],
  [429, "requests_per_minute", { kind: "wait", seconds: 7, isOwnFault: false }],
  [429, "bodies_under_way", { kind: "wait", seconds: 7, isOwnFault: false }],
  [503, "model_loading", { kind: "wait", seconds: 7, isOwnFault: false }],
  [502, "model_server_down", { kind: "wait", seconds: 7, isOwnFault: false }],
  [502, "model_server_failed", { kind: "wait", seconds: 7, isOwnFault: true }],
  [504, "model_server_timeout", { kind: "wait", seconds: 7, isOwnFault: true }],
  [503, "restarting", { kind: "leave" }],
  [401, "invalid_api_key", { kind: "stop", loss: { code: "invalid_api_key", message: "No." } }],
  [404, "model_not_found", { kind: "stop", loss: { code: "model_not_found", message: "No." } }],
])("an answer %i %s", (status, code, verdict) => {
  expect(judge(answer(status, code), 0)).toEqual(verdict);
});

test("a rehearsal pauses a batch until it ends; what is retired ends it", () => {
  expect(judge(answer(410, "model_retired", { mayRetry: false }), 0)).toEqual({ kind: "pause", seconds: 7 });
  const forGood = answer(410, "model_retired", { mayRetry: false, retryAfterSeconds: undefined });
  expect(judge(forGood, 0)).toEqual({ kind: "stop", loss: { code: "model_retired", message: "No." } });
});

test("a line that asks for more tokens than a minute has, or makes a server fail five times, is given up", () => {
  const tooMuch = answer(429, "tokens_per_minute", { mayRetry: false });
  expect(judge(tooMuch, 0)).toEqual({ kind: "keep", isError: true });
  const failing = [0, 1, 2, 3, 4].map((tries) => judge(answer(500, "model_server_failed"), tries).kind);
  expect(failing).toEqual(["wait", "wait", "wait", "wait", "keep"]);
  const { error: _, ...good } = answer(200, "");
  expect(judge(good, 4)).toEqual({ kind: "keep", isError: false });
});
