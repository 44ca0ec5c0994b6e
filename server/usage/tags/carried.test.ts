import { expect, test } from "vitest";
import { tagsCarried } from "./carried";

const declared = ["chat", "search", "team:a"];

test.each([
  [[], null],
  [["chat"], ["chat"]],
  [
    ["team:a", "chat"],
    ["chat", "team:a"],
  ],
])("a request with the declared tags %j counts under %j", (sent, counted) => {
  expect(tagsCarried(sent, { declared, undeclared: "refuse" })).toEqual(counted);
});

test("one that is not declared is refused, by its name and with those that are, or is left out", () => {
  expect(tagsCarried(["caht"], { declared, undeclared: "refuse" })).toBe(
    'The tag "caht" is not declared in this workspace. Declared are: chat, search, team:a.',
  );
  expect(tagsCarried(["caht"], { declared, undeclared: "untagged" })).toBeNull();
  expect(tagsCarried(["caht", "chat"], { declared, undeclared: "untagged" })).toEqual(["chat"]);
  const many = Array.from({ length: 30 }, (_, i) => `t${i}`);
  expect(tagsCarried(["x"], { declared: many, undeclared: "refuse" })).toMatch(/t19, and 10 more\.$/);
});

test("more than five are refused, whatever becomes of undeclared ones", () => {
  const sent = ["a", "b", "c", "d", "e", "f"];
  for (const undeclared of ["refuse", "untagged"] as const)
    expect(tagsCarried(sent, { declared, undeclared })).toBe("A request has at most 5 tags; this one has 6.");
});
