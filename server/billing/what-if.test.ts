import { expect, test } from "vitest";
import type { Hour } from "@/server/usage/history/queries";
import { whatIf } from "./what-if";

const at = (text: string) => new Date(`2026-${text}:00:00Z`);
const hour = (when: string, cost: number, requests = 10, priced = requests): Hour => ({
  hour: at(when),
  requests,
  priced: cost > 0 ? priced : 0,
  cost,
});
const window = { from: at("10-25T12"), to: at("11-24T12") };

test("a limit that is never reached refuses nothing", () => {
  expect(whatIf([hour("11-01T00", 60), hour("11-17T14", 40)], { limit: 100, span: "month" }, window)).toEqual({
    requests: 20,
    refused: 0,
    cost: 100,
    costThen: 100,
    refusals: [],
  });
});

test("from the hour in which it is reached, until the month or the window ends, what costs something is refused", () => {
  const hours = [hour("11-16T00", 90), hour("11-17T14", 40), hour("11-18T00", 40), hour("11-19T00", 40)];
  expect(whatIf(hours, { limit: 100, span: "month" }, window)).toEqual({
    requests: 40,
    // A quarter of the hour's ten requests passed, rounded down.
    refused: 8 + 10 + 10,
    cost: 210,
    costThen: 98,
    refusals: [{ from: at("11-17T14"), until: window.to }],
  });
});

test("each calendar month begins anew, and what is refused in the earlier one ends with it", () => {
  const hours = [hour("10-28T10", 150), hour("10-29T10", 50), hour("11-01T00", 100), hour("11-20T00", 1)];
  const { refused, refusals } = whatIf(hours, { limit: 100, span: "month" }, window);
  expect(refused).toBe(4 + 10 + 10);
  expect(refusals).toEqual([
    { from: at("10-28T10"), until: at("11-01T00") },
    { from: at("11-20T00"), until: window.to },
  ]);
});

test("what was spent in its month before the window counts towards the limit, and is not reported", () => {
  const hours = [hour("10-02T00", 100), hour("10-03T00", 5), hour("10-26T09", 5), hour("11-02T00", 5)];
  expect(whatIf(hours, { limit: 100, span: "month" }, window)).toEqual({
    requests: 20,
    refused: 10,
    cost: 10,
    costThen: 5,
    refusals: [{ from: at("10-26T09"), until: at("11-01T00") }],
  });
});

test("what costs nothing is never refused, also in the same hour", () => {
  const hours = [hour("11-01T00", 100), hour("11-02T00", 0), hour("11-03T00", 5, 30, 10)];
  expect(whatIf(hours, { limit: 100, span: "month" }, window)).toMatchObject({ requests: 50, refused: 10 });
});

test("a limit of nothing refuses everything that costs something; exactly enough is enough", () => {
  expect(whatIf([hour("11-01T05", 1)], { limit: 0, span: "month" }, window)).toMatchObject({
    refused: 10,
    costThen: 0,
  });
  expect(whatIf([hour("11-01T05", 1)], { limit: 1, span: "month" }, window)).toMatchObject({
    refused: 0,
    refusals: [],
  });
  expect(whatIf([], { limit: 0, span: "month" }, window)).toEqual({
    requests: 0,
    refused: 0,
    cost: 0,
    costThen: 0,
    refusals: [],
  });
});

test("whatever the hours are, no month costs more than the limit, and no request is refused without a time that says so", () => {
  let seed = 7;
  const random = (below: number) => {
    seed = (seed * 16_807) % 2_147_483_647;
    return seed % below;
  };
  for (let round = 0; round < 200; round++) {
    const hours = Array.from({ length: 60 }, (_, i) => {
      const requests = 1 + random(20);
      const cost = random(3) === 0 ? 0 : 1 + random(1_000_000);
      return {
        hour: new Date(window.from.getTime() + i * 12 * 3_600_000),
        requests,
        priced: cost > 0 ? 1 + random(requests) : 0,
        cost,
      };
    });
    const limit = random(12_000_000);
    const outcome = whatIf(hours, { limit, span: "month" }, window);
    for (const month of ["2026-10", "2026-11"])
      expect(
        whatIf(
          hours.filter((each) => each.hour.toISOString().startsWith(month)),
          { limit, span: "month" },
          window,
        ).costThen,
      ).toBeLessThanOrEqual(limit);
    expect(outcome.refused > 0).toBe(outcome.refusals.length > 0);
    expect(outcome.requests).toBe(hours.reduce((sum, each) => sum + each.requests, 0));
    expect(whatIf(hours, { limit: outcome.cost, span: "month" }, window).refused).toBe(0);
  }
});

test("a limit a day or a week begins anew with each, and one in total never", () => {
  // 16 November 2026 is a Monday.
  const hours = [hour("11-15T10", 100), hour("11-16T10", 100), hour("11-17T10", 100), hour("11-23T10", 100)];
  const outcomeOf = (span: "day" | "week" | "total", limit: number, before = 0) =>
    whatIf(hours, { limit, span, before }, window);
  expect(outcomeOf("day", 100).refused).toBe(0);
  expect(outcomeOf("day", 50).refusals.map(({ until }) => until)).toEqual(
    ["11-16T00", "11-17T00", "11-18T00", "11-24T00"].map(at),
  );
  expect(outcomeOf("week", 100)).toMatchObject({
    refused: 10,
    refusals: [{ from: at("11-17T10"), until: at("11-23T00") }],
  });
  expect(outcomeOf("total", 300)).toMatchObject({ refused: 10, refusals: [{ until: window.to }] });
  expect(outcomeOf("total", 300, 150).refused).toBe(5 + 10 + 10);
});
