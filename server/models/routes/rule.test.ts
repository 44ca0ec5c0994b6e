import { describe, expect, test } from "vitest";
import { inTurn } from "./in-turn";
import { type SentRule, sentRule } from "./input";
import { type RouteRule, readDraft, readRule } from "./rule";

const sent = (more: Partial<Record<keyof SentRule, unknown>> = {}) =>
  sentRule.parse({ mode: "ordered", models: ["a", "b"], ...more });

describe("a rule", () => {
  test("is read from lines, of which empty ones are passed over", () => {
    const rule = readRule(
      sent({
        mode: "weighted",
        models: ["a", "", "b"],
        weights: ["3", "9", ""],
        saverModel: "c",
        saverPercent: "80 %",
      }),
    );
    expect(rule).toEqual({
      rule: {
        mode: "weighted",
        models: [
          { model: "a", weight: 3 },
          { model: "b", weight: 1 },
        ],
        saverModel: "c",
        saverPercent: 80,
      },
    });
  });

  test.each<[string, Partial<Record<keyof SentRule, unknown>>, keyof SentRule]>([
    ["no models", { models: ["", ""] }, "models"],
    ["one model twice", { models: ["a", "a"] }, "models"],
    ["nine models", { models: [..."abcdefghi"] }, "models"],
    ["a route within a route", { models: ["route/other"] }, "models"],
    ["a space within an id", { models: ["a b"] }, "models"],
    ["a weight of nothing", { mode: "weighted", weights: ["0", "1"] }, "weights"],
    ["a share without a number", { saverModel: "c", saverPercent: "most" }, "saverPercent"],
    ["a share of 100 %", { saverModel: "c", saverPercent: "100" }, "saverPercent"],
    ["a route that saves", { saverModel: "route/x", saverPercent: "50" }, "saverModel"],
  ])("with %s is refused at its field", (_, more, field) => {
    const read = readRule(sent(more));
    expect("problems" in read && Object.keys(read.problems)).toEqual([field]);
    expect(readDraft({ mode: "ordered", models: ["a", "b"], ...more })).toBeUndefined();
  });

  test("that is no object is no draft", () => {
    for (const value of [undefined, null, "x", [], { mode: "ordered" }, { mode: "ordered", models: "a", extra: 1 }])
      expect(readDraft(value)).toBeUndefined();
  });
});

describe("the order in which models are asked", () => {
  const rule = (more: Partial<RouteRule> = {}): RouteRule => ({
    mode: "ordered",
    models: [
      { model: "a", weight: 6 },
      { model: "b", weight: 3 },
      { model: "c", weight: 1 },
    ],
    ...{ saverModel: null, saverPercent: null },
    ...more,
  });
  const spent = (share: number) => () => Promise.resolve(share);
  const unasked = () => Promise.reject(new Error("asked"));

  test("is that of the list, or drawn by weight without one coming twice", async () => {
    expect(await inTurn(rule(), unasked)).toEqual(["a", "b", "c"]);
    const drawn = (...numbers: number[]) => inTurn(rule({ mode: "weighted" }), unasked, () => numbers.shift() ?? 0);
    expect(await drawn(0.59, 0, 0)).toEqual(["a", "b", "c"]);
    expect(await drawn(0.6, 0.99, 0)).toEqual(["b", "c", "a"]);
    expect(await drawn(0.99, 0.99, 0)).toEqual(["c", "b", "a"]);
  });

  test("draws each model as often as its weight says", async () => {
    const first: Record<string, number> = { a: 0, b: 0, c: 0 };
    for (let i = 0; i < 1_000; i++) {
      const [model = ""] = await inTurn(rule({ mode: "weighted" }), unasked, () => i / 1_000);
      first[model] = (first[model] ?? 0) + 1;
    }
    expect(first).toEqual({ a: 600, b: 300, c: 100 });
  });

  test("begins with the cheaper model from its share on, also where that is one of the list", async () => {
    const saving = (saverModel: string) => rule({ saverModel, saverPercent: 80 });
    expect(await inTurn(saving("d"), spent(0.79))).toEqual(["a", "b", "c"]);
    expect(await inTurn(saving("d"), spent(0.8))).toEqual(["d", "a", "b", "c"]);
    expect(await inTurn(saving("c"), spent(1.2))).toEqual(["c", "a", "b"]);
  });
});
