import { expect, test } from "vitest";
import { condense } from "./condense";

const many = (kind: string, count: number) => Array.from({ length: count }, (_, i) => ({ kind, id: `${kind} ${i}` }));

test("many of one kind are cut to three, and lead to where all are; nothing else is", () => {
  const { shown, cut } = condense([...many("spend", 1), ...many("join", 40), ...many("role", 4), ...many("key", 9)]);
  const count = (kind: string) => shown.filter((item) => item.kind === kind).length;
  expect(["spend", "join", "role", "key"].map(count)).toEqual([1, 3, 4, 9]);
  expect(shown.filter(({ kind }) => kind === "join").map(({ id }) => id)).toEqual(["join 0", "join 1", "join 2"]);
  expect(cut).toEqual([{ kind: "join", count: 40, page: "/members/requests", text: "requests to join" }]);
});

test("little is left as it is", () => {
  expect(condense([])).toEqual({ shown: [], cut: [] });
  expect(condense(many("limit", 1)).cut).toEqual([]);
  expect(condense(many("limit", 5)).cut).toMatchObject([{ kind: "limit", count: 5, page: "/limits/requests" }]);
});
