import { expect, test } from "vitest";
import { forecast } from "./forecast";

const euro = 1_000_000;
const now = new Date("2026-11-24T12:00:00Z");
const lastWeek = (cost: number) =>
  new Map(Array.from({ length: 7 }, (_, i) => [`2026-11-${String(17 + i)}`, cost] as const));

test("what is spent, and the mean of the last seven full days for the days that are left", () => {
  // Six and a half days are left of November.
  expect(forecast(30 * euro, lastWeek(2 * euro), new Date("2026-01-01T00:00:00Z"), now)).toBe(43 * euro);
});

test("today does not count: it is not over", () => {
  const days = new Map([...lastWeek(2 * euro), ["2026-11-24", 1_000 * euro] as const]);
  expect(forecast(30 * euro, days, new Date("2026-01-01T00:00:00Z"), now)).toBe(43 * euro);
});

test("a day without spend is a day", () => {
  const days = new Map([["2026-11-20", 7 * euro]]);
  expect(forecast(7 * euro, days, new Date("2026-01-01T00:00:00Z"), now)).toBe(13.5 * euro);
});

test("a young workspace has the mean of the days it has, and with less than three nothing is said", () => {
  const days = new Map([
    ["2026-11-20", 90 * euro],
    ["2026-11-21", 2 * euro],
    ["2026-11-22", 2 * euro],
    ["2026-11-23", 2 * euro],
  ]);
  // First used in the middle of the 20th, so the full days are the 21st, 22nd and 23rd.
  expect(forecast(96 * euro, days, new Date("2026-11-20T15:00:00Z"), now)).toBe(109 * euro);
  expect(forecast(96 * euro, days, new Date("2026-11-21T15:00:00Z"), now)).toBeNull();
  expect(forecast(0, days, new Date("2026-11-24T11:00:00Z"), now)).toBeNull();
  expect(forecast(0, new Map(), null, now)).toBeNull();
});

test("at the beginning of a month the days are last month's, across the turn of the year", () => {
  const days = new Map(Array.from({ length: 7 }, (_, i) => [`2026-12-${25 + i}`, euro] as const));
  expect(forecast(0, days, new Date("2026-06-01T00:00:00Z"), new Date("2027-01-01T00:00:00Z"))).toBe(31 * euro);
});

test("in the last hour nothing is added, and large sums stay exact", () => {
  expect(forecast(5, lastWeek(euro), new Date(0), new Date("2026-11-24T12:00:00Z"))).toBe(6_500_005);
  const huge = 1_000_000_000_000_001;
  expect(
    forecast(
      huge,
      new Map(Array.from({ length: 7 }, (_, i) => [`2026-11-${23 + i}`, huge] as const)),
      new Date(0),
      new Date("2026-11-30T23:30:00Z"),
    ),
  ).toBe(huge);
});
