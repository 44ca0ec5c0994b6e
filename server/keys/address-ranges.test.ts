import { expect, test } from "vitest";
import { isWithin } from "./address-ranges";

test.each<[string | undefined, string[] | null, boolean]>([
  ["203.0.113.7", null, true],
  [undefined, null, true],
  ["203.0.113.7", ["203.0.113.0/24"], true],
  ["203.0.114.7", ["203.0.113.0/24"], false],
  ["203.0.114.7", ["10.0.0.0/8", "203.0.114.7"], true],
  ["203.0.114.7", ["0.0.0.0/0"], true],
  ["2001:db8::7", ["0.0.0.0/0"], false],
  ["2001:db8::7", ["2001:db8::/32"], true],
  ["2001:db9::7", ["2001:db8::/32"], false],
  ["203.0.113.7", [], false],
  [undefined, ["0.0.0.0/0"], false],
  ["unknown", ["0.0.0.0/0"], false],
  ["203.0.113.7", ["203.0.113.0/33", "nonsense", "/8", ""], false],
])("%s is within %j: %s", (address, ranges, is) => {
  expect(isWithin(address, ranges)).toBe(is);
});
