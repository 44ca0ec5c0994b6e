import { expect, test } from "vitest";
import { forecastWith, spansLeft } from "./effect";

// A Monday.
const now = new Date("2026-11-23T10:00:00Z");

test("counts the spans that begin before the month ends, with the one under way", () => {
  expect((["day", "week", "month", "total"] as const).map((span) => spansLeft(span, now))).toEqual([8, 2, 1, 1]);
  expect(spansLeft("week", new Date("2026-11-22T23:59:00Z"))).toBe(3);
  expect(spansLeft("day", new Date("2026-11-30T23:59:00Z"))).toBe(1);
  expect(spansLeft("week", new Date("2026-11-30T00:00:00Z"))).toBe(1);
});

test("adds the most that a higher limit lets through to the forecast, and never takes from it", () => {
  const daily = { kind: "spend", span: "day", from: 20, to: 60 } as const;
  expect(forecastWith(100, daily, now)).toBe(100 + 8 * 40);
  expect(forecastWith(100, { ...daily, to: 10 }, now)).toBe(100);
  expect(forecastWith(100, { kind: "rate", from: 60, to: 120, share: 0.5 }, now)).toBe(150);
  expect(forecastWith(null, daily, now)).toBeNull();
  expect(forecastWith(100, { kind: "model" }, now)).toBeNull();
});
