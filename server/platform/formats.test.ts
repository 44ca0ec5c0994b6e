import { expect, test } from "vitest";
import {
  applyFormatsOf,
  currentFormats,
  formatsOf,
  knownLocale,
  knownTimeZone,
  plainFormats,
  withFormats,
} from "./formats";

const nothing = { locale: null, timeZone: null, weekStart: null };

test("zones are those that Intl knows, by one name; no offsets, and no other text", () => {
  expect(knownTimeZone("Europe/Berlin")).toBe("Europe/Berlin");
  expect(knownTimeZone("europe/berlin")).toBe("Europe/Berlin");
  for (const zone of Intl.supportedValuesOf("timeZone")) expect(knownTimeZone(zone)).toBeDefined();
  for (const text of ["", "+02:00", "Mars/Olympus", "constructor", "Europe/Berlin\u0000", "a".repeat(80)])
    expect(knownTimeZone(text)).toBeUndefined();
});

test("languages are those that Intl has formats of, without their extensions", () => {
  expect(knownLocale("de-AT")).toBe("de-AT");
  expect(knownLocale("th-TH-u-ca-buddhist")).toBe("th-TH");
  for (const text of ["", "de_DE", "xx-notalanguage", "constructor", "qqq", "*"])
    expect(knownLocale(text)).toBeUndefined();
});

test("a zone that no longer exists is UTC, an unknown language English, and a week begins as the language has it", () => {
  expect(formatsOf(nothing)).toEqual({ ...plainFormats, weekStart: formatsOf({ ...nothing, locale: "en" }).weekStart });
  expect(formatsOf({ locale: "xx-gone", timeZone: "Atlantis/Capital", weekStart: 6 })).toEqual({
    locale: "en",
    timeZone: "UTC",
    weekStart: 6,
  });
  expect(formatsOf({ ...nothing, locale: "de-DE" }).weekStart).toBe(1);
  expect(formatsOf({ ...nothing, locale: "en-US" }).weekStart).toBe(7);
  expect(formatsOf({ ...nothing, locale: "de-DE", weekStart: 9 }).weekStart).toBe(1);
});

test("formats are of the request that is answered, and of no other at the same time", async () => {
  const request = async (locale: string, ms: number) =>
    withFormats({ ...plainFormats }, async () => {
      await new Promise((resolve) => setTimeout(resolve, ms));
      applyFormatsOf({ ...nothing, locale });
      await new Promise((resolve) => setTimeout(resolve, 5));
      return currentFormats().locale;
    });
  expect(await Promise.all([request("de-DE", 3), request("fr-FR", 1), request("ja-JP", 5)])).toEqual([
    "de-DE",
    "fr-FR",
    "ja-JP",
  ]);
  applyFormatsOf({ ...nothing, locale: "de-DE" });
  expect(currentFormats()).toEqual(plainFormats);
});
