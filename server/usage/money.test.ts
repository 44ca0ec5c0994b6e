import { expect, test } from "vitest";
import { decimalMoney, parseMoney } from "./money";

test.each([
  ["0", 0],
  ["20", 20_000_000],
  ["20.5", 20_500_000],
  ["20.50", 20_500_000],
  ["  7.25 ", 7_250_000],
  ["0.000001", 1],
  ["0.1", 100_000],
  ["1.005", 1_005_000],
  ["4.35", 4_350_000],
  ["1000000000", 1_000_000_000_000_000],
  ["0020", 20_000_000],
])("%j is exactly %i micro-units", (typed, micro) => {
  expect(parseMoney(typed)).toEqual({ micro });
});

test.each([
  ["", /Enter an amount/],
  ["   ", /Enter an amount/],
  ["-1", /less than nothing/],
  ["-0", /less than nothing/],
  ["20,50", /Write decimals with a point: 20\.50\./],
  ["1,234.50", /in digits/],
  ["1.234,50", /in digits/],
  ["1e3", /in digits/],
  ["0x10", /in digits/],
  ["+5", /in digits/],
  [".5", /in digits/],
  ["5.", /in digits/],
  ["5.5.5", /in digits/],
  ["Infinity", /in digits/],
  ["NaN", /in digits/],
  ["€20", /in digits/],
  ["20 EUR", /in digits/],
  ["２０", /in digits/],
  ["٢٠", /in digits/],
  ["1 000", /in digits/],
  ["1_000", /in digits/],
  ["20\u0000", /in digits/],
  ["20\n30", /in digits/],
  ["1.0000001", /at most 6 decimals/],
  ["1000000000.000001", /at most 1,000,000,000/],
  ["99999999999999999999", /at most 1,000,000,000/],
  ["9".repeat(100), /in digits/],
])("%j is no amount, and the sentence says what to do", (typed, error) => {
  expect(parseMoney(typed)).toEqual({ error: expect.stringMatching(error) });
});

test.each([
  [0, "0.00"],
  [1, "0.000001"],
  [12_500, "0.0125"],
  [100_000, "0.10"],
  [20_000_000, "20.00"],
  [20_500_000, "20.50"],
  [1_000_000_000_000_000, "1000000000.00"],
  [123_456_789, "123.456789"],
])("%i micro-units are written %j, which is read as the same again", (micro, text) => {
  expect(decimalMoney(micro)).toBe(text);
  expect(parseMoney(text)).toEqual({ micro });
});
