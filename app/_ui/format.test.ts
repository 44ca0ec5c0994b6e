import { expect, test } from "vitest";
import {
  formatBytes,
  formatCompact,
  formatCompactMoney,
  formatCount,
  formatDuration,
  formatExact,
  formatMoney,
  formatNumber,
  formatUtc,
  moneyColumn,
} from "./format";

test("money has as many digits as it takes to be seen", () => {
  const said = [0, 7, 120, 12_345, 500_000, 999_999, 1_000_000, 1_234_500_000, -12_345];
  expect(said.map((micro) => formatMoney(micro, "EUR"))).toEqual([
    "€0.00",
    "€0.000007",
    "€0.00012",
    "€0.0123",
    "€0.50",
    "€1.00",
    "€1.00",
    "€1,234.50",
    "-€0.0123",
  ]);
  expect(formatMoney(1_500_000_000, "JPY")).toBe("¥1,500");
  expect(formatMoney(20_000, "JPY")).toBe("¥0.02");
});

test("the amounts of a column have their points below each other, and none loses a digit", () => {
  const column = (amounts: number[], currency = "EUR") => amounts.map(moneyColumn(amounts, currency));
  // U+2007 is a space as wide as a digit, U+2008 one as wide as a point.
  expect(column([570_000, 90_300, 1_000_000_000_000_000, 0, -1_500_000])).toEqual([
    "€0.57\u2007\u2007",
    "€0.0903",
    "€1,000,000,000.00\u2007\u2007",
    "€0.00\u2007\u2007",
    "-€1.50\u2007\u2007",
  ]);
  expect(column([1_000_000, 2_500_000])).toEqual(["€1.00", "€2.50"]);
  expect(column([1_500_000_000, 20_000], "JPY")).toEqual(["¥1,500\u2008\u2007\u2007", "¥0.02"]);
  expect(column([])).toEqual([]);
});

test("at an axis money is short from ten thousand on", () => {
  const said = [0, 1, 12_500_000, 12_500_000_000, 300_000_000_000_000, -2_000_000_000_000];
  expect(said.map((micro) => formatCompactMoney(micro, "EUR"))).toEqual([
    ...["€0.00", "€0.000001", "€12.50", "€12.5K", "€300M", "-€2M"],
  ]);
});

test("durations are said in the unit that fits", () => {
  expect([null, 0, 85, 999, 1_240, 59_900, 150_000].map(formatDuration)).toEqual([
    "–",
    "0 ms",
    "85 ms",
    "999 ms",
    "1.2 s",
    "59.9 s",
    "2.5 min",
  ]);
});

test("numbers are grouped, and short where there is no room", () => {
  expect([formatNumber(12_345), formatCompact(12_345), formatCompact(1_200_000)]).toEqual(["12,345", "12.3K", "1.2M"]);
});

test("bytes are said in the unit that leaves few digits", () => {
  const said = [0, 1, 1_023, 1_024, 1_536, 10_240, 1_048_575, 512 * 1_024 ** 2, 3 * 1_024 ** 4].map(formatBytes);
  expect(said).toEqual([
    ...["0 bytes", "1 byte", "1,023 bytes", "1 kB", "1.5 kB", "10 kB", "1,024 kB", "512 MB", "3 TB"],
  ]);
});

/** Runs work as the server answers a request of a person with these formats. */
function withFormats<T>(formats: { locale: string; timeZone: string; weekStart: number }, work: () => T): T {
  const place = globalThis as { [key: symbol]: unknown };
  const key = Symbol.for("atelier.formats");
  place[key] = { getStore: () => ({ formats }) };
  try {
    return work();
  } finally {
    delete place[key];
  }
}

test("dates and numbers are written in the language and the zone of whom they are for; words stay English", () => {
  const moment = new Date("2026-11-24T23:59:57Z");
  const said = () => [
    formatExact(moment),
    formatUtc(moment),
    formatNumber(1_234_567),
    formatCount(12_345, "key"),
    formatMoney(1_234_500_000, "EUR").replaceAll(/\s/gu, " "),
  ];
  expect(said()).toEqual([
    "Nov 24, 2026, 23:59:57 UTC",
    "Nov 24, 2026, 23:59:57 UTC",
    "1,234,567",
    "12,345 keys",
    "€1,234.50",
  ]);
  const points = () => [570_000, 90_300].map(moneyColumn([570_000, 90_300], "EUR"));
  const german = { locale: "de-DE", timeZone: "Europe/Berlin", weekStart: 1 } as const;
  expect(withFormats(german, said)).toEqual([
    "25. Nov. 2026, 00:59:57 MEZ",
    "24. Nov. 2026, 23:59:57 UTC",
    "1.234.567",
    "12.345 keys",
    "1.234,50 €",
  ]);
  expect(withFormats(german, points)).toEqual(["0,57\u2007\u2007\u00a0€", "0,0903\u00a0€"]);
  // The calendar of billing, and digits that a table lines up, whatever the language has besides.
  const thai = { locale: "th-TH", timeZone: "Asia/Bangkok", weekStart: 7 } as const;
  expect(withFormats(thai, () => formatExact(moment))).toContain("2026");
  const arabic = { locale: "ar-EG", timeZone: "Africa/Cairo", weekStart: 6 } as const;
  expect(withFormats(arabic, () => formatNumber(1234))).toMatch(/^[\d.,٬]+$/u);
});
