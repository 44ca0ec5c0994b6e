import { expect, test } from "vitest";
import { plainFormats, withFormats } from "@/server/platform/formats";
import { inFigures } from "./amounts";
import { dayInWords } from "./moment";

const inGerman = <T>(work: () => T) => withFormats({ ...plainFormats, locale: "de-DE" }, work);

test.each([
  ["20.00 EUR a day", "€20.00 a day", "20,00 € a day"],
  ["0.000001 EUR of 1000000.50 EUR", "€0.000001 of €1,000,000.50", "0,000001 € of 1.000.000,50 €"],
  ["1,240 requests, 312.40 EUR", "1,240 requests, €312.40", "1.240 requests, 312,40 €"],
  ["2,400,000 tokens per minute", "2,400,000 tokens per minute", "2.400.000 tokens per minute"],
  ["12 JPY", "¥12", "12 ¥"],
])("%s is said as on the pages", (written, english, german) => {
  expect(inFigures(written)).toBe(english);
  // Intl puts a no-break space before the currency sign.
  expect(inGerman(() => inFigures(written)).replaceAll("\u00a0", " ")).toBe(german);
});

test("a day of the calendar is the same in each zone, and one that was formatted before stays", () => {
  const inTokyo = { ...plainFormats, timeZone: "Asia/Tokyo" };
  expect(withFormats(inTokyo, () => dayInWords("2026-12-01"))).toBe("December 1, 2026");
  expect(inGerman(() => dayInWords("2026-12-01"))).toBe("1. Dezember 2026");
  expect(dayInWords("1 December 2026")).toBe("1 December 2026");
});
