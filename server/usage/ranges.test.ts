import { expect, test } from "vitest";
import { plainFormats, withFormats } from "@/server/platform/formats";
import { BadRange, granularitiesFor, granularityFor, nextStep, resolveRange, type Span, stepsIn } from "./ranges";

const at = (text: string) => new Date(text.length === 10 ? `${text}T00:00:00Z` : text);
const said = ({ from, to }: Span) => [from, to].map((date) => date.toISOString().slice(0, 13).replace("T00", ""));
const resolved = (query: Parameters<typeof resolveRange>[0], now: string) => {
  const { span, previous } = resolveRange(query, at(now));
  return { span: said(span), previous: said(previous) };
};

test("the last 24 hours end with the hour that is under way", () => {
  expect(resolved({ range: "24h" }, "2026-03-01T10:20:30Z")).toEqual({
    span: ["2026-02-28T11", "2026-03-01T11"],
    previous: ["2026-02-27T11", "2026-02-28T11"],
  });
  expect(resolved({ range: "24h" }, "2026-03-01T10:00:00Z").span).toEqual(["2026-02-28T11", "2026-03-01T11"]);
});

test("the last 7 and 30 days include today, and are compared with as much of the days before", () => {
  expect(resolved({ range: "7d" }, "2026-11-24T10:20:30Z")).toEqual({
    span: ["2026-11-18", "2026-11-25"],
    previous: ["2026-11-11", "2026-11-17T11"],
  });
  expect(resolved({ range: "30d" }, "2026-01-05T23:59:59Z")).toEqual({
    span: ["2025-12-07", "2026-01-06"],
    previous: ["2025-11-07", "2025-12-07"],
  });
});

test("this month goes up to today, and is compared with as much of the month before, however long that was", () => {
  expect(resolved({ range: "month" }, "2026-11-24T10:20:30Z")).toEqual({
    span: ["2026-11-01", "2026-11-25"],
    previous: ["2026-10-01", "2026-10-24T11"],
  });
  expect(resolved({ range: "month" }, "2026-03-31T12:00:00Z").previous).toEqual(["2026-02-01", "2026-03-01"]);
  expect(resolved({ range: "month" }, "2026-01-01T00:00:00Z")).toEqual({
    span: ["2026-01-01", "2026-01-02"],
    previous: ["2025-12-01", "2025-12-01T01"],
  });
});

test("this week begins on the person's first day, and is compared with as much of the one before", () => {
  // A Tuesday.
  const now = "2026-11-24T10:20:30Z";
  expect(resolved({ range: "week" }, now)).toEqual({
    span: ["2026-11-23", "2026-11-25"],
    previous: ["2026-11-16", "2026-11-17T11"],
  });
  for (const [weekStart, from] of [
    [7, "2026-11-22"],
    [6, "2026-11-21"],
  ] as const)
    expect(withFormats({ ...plainFormats, weekStart }, () => resolved({ range: "week" }, now)).span).toEqual([
      from,
      "2026-11-25",
    ]);
  expect(resolved({ range: "week" }, "2026-11-23T00:00:00Z").span).toEqual(["2026-11-23", "2026-11-24"]);
  expect(resolved({ range: "week" }, "2026-11-29T23:59:59Z").span).toEqual(["2026-11-23", "2026-11-30"]);
});

test("last month is whole, over the turn of a year and in a leap year too", () => {
  expect(resolved({ range: "last-month" }, "2026-01-31T23:00:00Z")).toEqual({
    span: ["2025-12-01", "2026-01-01"],
    previous: ["2025-11-01", "2025-12-01"],
  });
  expect(resolved({ range: "last-month" }, "2028-03-31T23:00:00Z")).toEqual({
    span: ["2028-02-01", "2028-03-01"],
    previous: ["2028-01-01", "2028-02-01"],
  });
});

test("a custom range includes both its days and nothing of the future", () => {
  const now = "2026-11-24T10:20:30Z";
  expect(resolved({ range: "custom", from: "2028-02-29", to: "2028-02-29" }, "2028-05-01").span).toEqual([
    "2028-02-29",
    "2028-03-01",
  ]);
  expect(resolved({ range: "custom", from: "2026-11-20", to: "2026-12-31" }, now)).toEqual({
    span: ["2026-11-20", "2026-11-25"],
    previous: ["2026-11-15", "2026-11-19T11"],
  });
  expect(resolved({ range: "custom", from: "2025-10-21", to: "2026-11-24" }, now).span).toEqual([
    "2025-10-21",
    "2026-11-25",
  ]);
});

test.each([
  [{ from: undefined, to: "2026-11-01" }, "from"],
  [{ from: "2026-11-01", to: undefined }, "to"],
  [{ from: "2026-11-02", to: "2026-11-01" }, "to"],
  [{ from: "2026-11-25", to: "2026-11-26" }, "from"],
  [{ from: "2025-10-20", to: "2026-11-24" }, "to"],
] as const)("the custom range %o is refused at its field", (days, field) => {
  const attempt = () => resolveRange({ range: "custom", ...days }, at("2026-11-24T10:20:30Z"));
  expect(attempt).toThrow(BadRange);
  try {
    attempt();
  } catch (error) {
    expect((error as BadRange).field).toBe(field);
  }
});

const days = (count: number): Span => ({ from: at("2026-01-01"), to: new Date(Date.UTC(2026, 0, 1 + count)) });

test("a granularity is used when it fits, and another one when it does not", () => {
  expect([1, 2, 7, 8, 31, 32, 400].map((count) => granularitiesFor(days(count)).join(" "))).toEqual([
    "hour",
    "hour day",
    "hour day",
    "day",
    "day",
    "day month",
    "day month",
  ]);
  expect([1, 2, 3, 100, 101].map((count) => granularityFor(days(count)))).toEqual([
    "hour",
    "hour",
    "day",
    "day",
    "month",
  ]);
  expect(granularityFor(days(400), "hour")).toBe("month");
  expect(granularityFor(days(400), "day")).toBe("day");
  expect(granularityFor(days(7), "hour")).toBe("hour");
});

test("every step of a span is there, also where clocks elsewhere are changed", () => {
  // Europe's last Sunday of March and of October, when its local days have 23 and 25 hours.
  for (const date of ["2026-03-29", "2026-10-25"]) {
    const span = { from: at(date), to: new Date(at(date).getTime() + 86_400_000) };
    const steps = stepsIn(span, "hour");
    expect(steps).toHaveLength(24);
    expect(new Set(steps.map((step) => step.getTime())).size).toBe(24);
  }
  expect(stepsIn({ from: at("2028-02-27"), to: at("2028-03-02") }, "day").map((step) => step.getUTCDate())).toEqual([
    27, 28, 29, 1,
  ]);
  expect(stepsIn({ from: at("2025-11-30"), to: at("2026-02-02") }, "month").map((step) => step.getUTCMonth())).toEqual([
    10, 11, 0, 1,
  ]);
  expect(nextStep(at("2026-12-01"), "month")).toEqual(at("2027-01-01"));
});
