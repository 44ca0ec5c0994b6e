import { expect, test } from "vitest";
import { changesOf } from "./changes";

const context = { people: new Map<string, string>(), currency: "EUR" };
const after = (values: Record<string, unknown>, name: string) =>
  changesOf(null, values, context).find((change) => change.name === name)?.after;

test.each([
  [{ of: "workspace", span: "month", limit: 20_000_000 }, "Limit", "€20.00"],
  [{ of: "ceiling", measure: "month", amount: 30_000_000 }, "Amount", "€30.00"],
  [{ of: "workspace", measure: "requests", limit: 600 }, "Limit", "600"],
  [{ of: "ceiling", measure: "tokens", amount: 9_000 }, "Amount", "9,000"],
  [{ of: "ceiling", measure: "keys", amount: 12 }, "Amount", "12"],
  [{ newCeiling: 5_000_000 }, "New ceiling", "€5.00"],
])("of %j the %s reads %s", (values, name, text) => expect(after(values, name)).toBe(text));

test("what is asked for reads the same before and after", () => {
  expect(
    changesOf({ measure: "files", amount: 3 }, { measure: "files", amount: 1_512, reason: "A launch." }, context),
  ).toEqual([
    { name: "Amount", before: "3", after: "1,512" },
    { name: "Reason", before: undefined, after: "A launch." },
  ]);
});
