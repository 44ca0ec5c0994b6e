import { expect, test } from "vitest";
import { parseAddresses } from "./addresses";

test.each([
  ["commas", "a@v.com,b@v.com", ["a@v.com", "b@v.com"]],
  ["semicolons", "a@v.com;b@v.com", ["a@v.com", "b@v.com"]],
  ["spaces and tabs", "a@v.com b@v.com\tc@v.com", ["a@v.com", "b@v.com", "c@v.com"]],
  ["line ends", "a@v.com\r\nb@v.com\nc@v.com", ["a@v.com", "b@v.com", "c@v.com"]],
  ["all of them, and some too many", "\n, a@v.com ,;\n b@v.com;,", ["a@v.com", "b@v.com"]],
])("addresses are told apart by %s", (_, text, valid) => {
  expect(parseAddresses(text)).toEqual({ valid, invalid: [] });
});

test("an address counts once however it is written, in the place where it came first", () => {
  expect(parseAddresses("B@v.com, a@v.com, b@V.com, ａ@v.com")).toEqual({ valid: ["b@v.com", "a@v.com"], invalid: [] });
});

test("what is no address is handed back as it was typed, once", () => {
  expect(parseAddresses("a@v.com notmail, Notmail notmail @v.com")).toEqual({
    valid: ["a@v.com"],
    invalid: ["notmail", "Notmail", "@v.com"],
  });
});

test("a display name before an address in angle brackets is left out", () => {
  expect(parseAddresses('"Ada L" <ada@v.com>')).toEqual({ valid: ["ada@v.com"], invalid: [] });
  expect(parseAddresses('"Lovelace, Ada" <ada@v.com>; notmail')).toEqual({ valid: ["ada@v.com"], invalid: [] });
  expect(parseAddresses("ada@v.com, notmail")).toEqual({ valid: ["ada@v.com"], invalid: ["notmail"] });
});

test("nothing is nothing", () => {
  expect(parseAddresses(" ,; \n")).toEqual({ valid: [], invalid: [] });
});

test("a text of one endless word is cut where it is shown", () => {
  const { invalid } = parseAddresses("x".repeat(20_000));
  expect(invalid).toEqual(["x".repeat(320)]);
});
