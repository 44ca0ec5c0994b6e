import { expect, test } from "vitest";
import type { Line, Sums } from "./queries";
import { statement } from "./statement";

const line = (values: Partial<Line>): Line => ({
  model: "a",
  operation: "chat",
  keyId: "k1",
  keyName: "Backend",
  memberId: "m1",
  memberName: "Ada",
  inputPrice: 1,
  outputPrice: 2,
  classPrices: {},
  tags: null,
  requests: 1,
  errors: 0,
  promptTokens: 10,
  completionTokens: 20,
  classes: { cacheRead: 4 },
  cost: 5,
  ...values,
});

const total = (lines: Sums[], field: Exclude<keyof Sums, "classes">) =>
  lines.reduce((sum, each) => sum + each[field], 0);

test("each list comes to the same total, the dearest first, also when some lines had no room", () => {
  const lines = [
    line({ cost: 7 }),
    line({ model: "b", cost: 50, keyId: "k2", keyName: "Nightly" }),
    line({ inputPrice: 3, cost: 8 }),
    line({ memberId: null, memberName: null, keyId: "k3", keyName: "Service", operation: "ocr", cost: 1 }),
  ];
  const all = {
    requests: 10,
    errors: 2,
    promptTokens: 100,
    completionTokens: 200,
    classes: { cacheRead: 20, reasoning: 1 },
    cost: 80,
  };
  const { byModel, byOperation, byKey, byMember, prices } = statement(lines, all);
  for (const list of [byModel, byOperation, byKey, byMember])
    for (const field of ["requests", "errors", "promptTokens", "completionTokens", "cost"] as const)
      expect(total(list, field)).toBe(all[field]);
  expect(byModel.map(({ classes }) => classes)).toEqual([
    { cacheRead: 4 },
    { cacheRead: 12 },
    { cacheRead: 4, reasoning: 1 },
  ]);
  expect(byModel.map(({ name, cost }) => [name, cost])).toEqual([
    ["b", 50],
    ["a", 16],
    ["All others", 14],
  ]);
  expect(byOperation.map(({ operation, cost }) => [operation, cost])).toEqual([
    ["chat", 65],
    ["ocr", 1],
    [null, 14],
  ]);
  expect(byMember.map(({ name }) => name)).toEqual(["Ada", "Service keys", "All others"]);
  expect(prices.map(({ model, inputPrice, cost }) => [model, inputPrice, cost])).toEqual([
    ["b", 1, 50],
    ["a", 1, 8],
    ["a", 3, 8],
  ]);
});

test("requests at another price of a class are another line of the prices", () => {
  const lines = [line({}), line({ classPrices: { cacheRead: 1 } }), line({ classPrices: { cacheRead: 2 } }), line({})];
  const { prices } = statement(lines, { ...line({}), requests: 4 });
  expect(prices.map(({ classPrices, requests }) => [classPrices, requests])).toEqual([
    [{}, 2],
    [{ cacheRead: 1 }, 1],
    [{ cacheRead: 2 }, 1],
  ]);
});

test("a key without a name any more keeps its id, and an empty month is empty", () => {
  const { byKey } = statement([line({ keyName: null, keyId: "gone" })], line({}));
  expect(byKey.map(({ name }) => name)).toEqual(["gone"]);
  const nothing = { requests: 0, errors: 0, promptTokens: 0, completionTokens: 0, classes: {}, cost: 0 };
  expect(statement([], nothing)).toEqual({
    total: nothing,
    byModel: [],
    byOperation: [],
    byKey: [],
    byMember: [],
    byTag: [],
    prices: [],
  });
});
