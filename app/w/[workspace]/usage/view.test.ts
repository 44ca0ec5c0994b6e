import { expect, test } from "vitest";
import { reportOf, viewHref, viewOf } from "./view";

const now = new Date("2026-11-24T10:20:30Z");

test("an address that says nothing, or nothing that is known, is the last seven days by model", () => {
  for (const query of [
    {},
    { range: "forever", granularity: "second", group: "colour", operation: "dance", evil: "x" },
    { range: [] },
  ]) {
    const view = viewOf(query, now);
    expect(reportOf(view)).toEqual({ range: "7d", groupBy: "model" });
    expect(view.problem).toBeNull();
  }
});

test("every part of an address is asked for, and kept in the links", () => {
  const query = {
    range: "custom",
    from: "2026-11-01",
    to: "2026-11-07",
    granularity: "hour",
    group: "key",
    model: "a model",
    operation: "batch-chat",
    key: "abcdefabcdef",
    member: "service",
  };
  const view = viewOf({ ...query, after: "x" }, now);
  expect(reportOf(view)).toEqual({
    range: "custom",
    from: "2026-11-01",
    to: "2026-11-07",
    granularity: "hour",
    groupBy: "key",
    model: "a model",
    operation: "batch-chat",
    keyId: "abcdefabcdef",
    userId: "service",
  });
  const { searchParams } = new URL(viewHref("http://localhost/", view, {}));
  expect(Object.fromEntries(searchParams)).toEqual(query);
});

test("a link changes what it is for, takes out what is empty, and begins with the first page", () => {
  const view = viewOf({ range: "30d", key: "abcdefabcdef", after: "x" }, now);
  expect(viewHref("/u", view, { key: "" })).toBe("/u?range=30d");
  expect(viewHref("/u", view, { after: "y" })).toBe("/u?range=30d&key=abcdefabcdef&after=y");
  expect(viewHref("/u", viewOf({}, now), {})).toBe("/u");
});

test("a custom range says what is wrong with it", () => {
  const problem = (query: Record<string, string>) => viewOf({ range: "custom", ...query }, now).problem;
  expect(problem({ from: "2026-11-01", to: "2026-11-24" })).toBeNull();
  expect(problem({ from: "nonsense", to: "2026-11-24" })).toEqual({ field: "from", message: "There is no such day." });
  expect(problem({})).toEqual({ field: "from", message: "Enter the first day." });
});
