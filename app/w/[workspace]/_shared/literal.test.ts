import { expect, test } from "vitest";
import { literal } from "./literal";

const value = { type: "a", "two words": [1, true, null, 'say "hi"'], none: undefined, empty: {} };

test("a value of JSON is written as each language has it", () => {
  expect(JSON.parse(literal(value, "json"))).toEqual(JSON.parse(JSON.stringify(value)));
  expect(literal(value, "python")).toBe('{"type": "a", "two words": [1, True, None, "say \\"hi\\""], "empty": {}}');
  expect(literal(value, "typescript")).toBe('{ type: "a", "two words": [1, true, null, "say \\"hi\\""], empty: {} }');
});
