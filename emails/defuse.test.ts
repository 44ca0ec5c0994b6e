import { describe, expect, test } from "vitest";
import { defuse, LONGEST_NAME, oneLine } from "./defuse";

const ZWSP = "\u200b";

describe("what a mail client would turn into a link is broken up", () => {
  test.each([
    ["visit evil.com", `visit evil.${ZWSP}com`],
    ["https://evil.com", `https:/${ZWSP}/evil.${ZWSP}com`],
    ["evil。com", `evil。${ZWSP}com`],
    ["evil．com", `evil．${ZWSP}com`],
    ["evil｡com", `evil｡${ZWSP}com`],
    ["HTTP:\\\\127.0.0.1", `HTTP:\\${ZWSP}\\127.${ZWSP}0.${ZWSP}0.${ZWSP}1`],
    ["https：／／localhost", `https：／${ZWSP}／localhost`],
    ["support@evil.com", `support@evil.${ZWSP}com`],
    [`ev\u00adil${ZWSP}.\u2060com`, `evil.${ZWSP}com`],
  ])("%j", (name, shown) => {
    expect(defuse(name)).toBe(shown);
  });
});

describe("a name is one line of visible text", () => {
  test.each([
    ["a header smuggled in", "x\r\nBcc: v@x", "x Bcc: v@x"],
    ["every other line break", "a\u0085b\u2028c\u2029d\ve\ff", "a b c d e f"],
    ["control characters", "\0a\u0007b\u009b", "a b"],
    ["overrides and isolates of the writing direction", "\u202egnp\u202c.\u2066exe\u2069\u200f", `gnp.${ZWSP}exe`],
    ["a lone surrogate", "a\ud800b", "ab"],
    ["only spaces", " \u00a0\u3000\u200b ", ""],
  ])("%s", (_what, name, shown) => {
    expect(defuse(name)).toBe(shown);
  });

  test.each(["Zoë O’Neill-Jørgensen", "李小龍", "می‌خواهم", "👩‍🔬 Lab", "R&D <Core>", "Ops: night/day"])(
    "%s stays as it was given",
    (name) => {
      expect(defuse(name)).toBe(name);
    },
  );
});

describe("a name is at most 60 characters long", () => {
  test("60 characters are left alone", () => {
    expect(defuse("é".repeat(LONGEST_NAME))).toBe("é".repeat(LONGEST_NAME));
  });

  test("500 characters are cut, and it shows", () => {
    expect(defuse("x".repeat(500))).toBe(`${"x".repeat(59)}…`);
  });

  test("a character outside the basic plane is never cut in half", () => {
    expect(defuse("😀".repeat(500))).toBe(`${"😀".repeat(59)}…`);
  });

  test("what is cut off is not what made the name harmless", () => {
    expect(defuse(`${"x".repeat(40)} evil.com/${"y".repeat(500)}`)).toContain(`evil.${ZWSP}com`);
  });
});

test("an address keeps its dots, so that it can be copied", () => {
  expect(oneLine("ada.lovelace@acme.com\r\n")).toBe("ada.lovelace@acme.com");
});
