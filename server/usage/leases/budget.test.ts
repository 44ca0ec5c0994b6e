import { expect, test } from "vitest";
import { periodOf } from "./budget";

test("spans begin at midnight in UTC, weeks on Monday, and what is in total with time", () => {
  const spansAt = (moment: string) =>
    (["day", "week", "month", "total"] as const).map((span) => periodOf(span, Date.parse(moment)));
  // 30 November 2026 is a Monday.
  expect(spansAt("2026-11-29T23:59:59.999Z")).toEqual(["2026-11-29", "2026-11-23", "2026-11-01", "1970-01-01"]);
  expect(spansAt("2026-11-30T00:00:00Z")).toEqual(["2026-11-30", "2026-11-30", "2026-11-01", "1970-01-01"]);
  expect(spansAt("2026-12-01T00:00:00Z")).toEqual(["2026-12-01", "2026-11-30", "2026-12-01", "1970-01-01"]);
  expect(spansAt("2027-01-01T12:00:00Z")).toEqual(["2027-01-01", "2026-12-28", "2027-01-01", "1970-01-01"]);
});
