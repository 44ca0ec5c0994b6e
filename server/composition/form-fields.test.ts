import { expect, test } from "vitest";
import { fieldsOf } from "./form-fields";

const form = (...entries: [string, string][]) => {
  const data = new FormData();
  for (const [name, value] of entries) data.append(name, value);
  return data;
};

test("a form's fields come by name, repeated ones together, React's own not at all", () => {
  expect({ ...fieldsOf(form(["a", "1"], ["b", "2"], ["b", "3"], ["b", "4"], ["$ACTION_ID_x", "y"])) }).toEqual({
    a: "1",
    b: ["2", "3", "4"],
  });
});

test("a form of any length is read in one pass and no further than a form can go", () => {
  const long = form(...Array.from({ length: 20_000 }, (_, i): [string, string] => [`f${i}`, "x"]));
  let reads = 0;
  const counted = {
    *[Symbol.iterator]() {
      for (const entry of long) {
        reads += 1;
        yield entry;
      }
    },
  } as unknown as FormData;
  expect(Object.keys(fieldsOf(counted))).toHaveLength(200);
  expect(reads).toBeLessThanOrEqual(201);
});

test("BI-14 a field named __proto__ is a field", () => {
  fieldsOf(form(["__proto__", "polluted"], ["constructor", "x"]));
  expect(({} as { polluted?: string }).polluted).toBeUndefined();
});
