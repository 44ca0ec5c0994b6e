import { expect, test } from "vitest";
import { beyond } from "@/server/keys/reach";
import { listsModel } from "./model-list";

test.each<[string, string, boolean]>([
  ["small", "small", true],
  ["small", "smaller", false],
  ["gpt-*", "gpt-5", true],
  ["gpt-*", "my-gpt-5", false],
  ["*-latest", "mistral-small-latest", true],
  ["*-latest", "latest", false],
  ["mistral-*-latest", "mistral-latest", false],
  ["a*b*c", "a-b-b-c", true],
  ["a*a", "a", false],
  ["vendor/*", "vendor/model:1", true],
  ["*", "anything", true],
  ["gpt-?", "gpt-5", false],
  [".*", "small", false],
])("an entry %s has %s: %s", (entry, name, has) => {
  expect(listsModel([entry], name)).toBe(has);
});

test.each<[string[], string[], boolean]>([
  [["gpt-5"], ["gpt-*"], true],
  [["gpt-5*"], ["gpt-*"], true],
  [["gpt-*"], ["gpt-5"], false],
  [["*"], ["gpt-*"], false],
  [["gpt-*", "o1"], ["gpt-*"], false],
])("%j within the bounds %j: %s", (models, bounds, isWithin) => {
  expect(beyond({ models }, { models: bounds })).toEqual(isWithin ? [] : ["models"]);
});
