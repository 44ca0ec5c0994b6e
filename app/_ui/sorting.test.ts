import { expect, test } from "vitest";
import { sortable } from "./sorting";

const columns = [
  { label: "Key", sortBy: "name" },
  { label: "Created", sortBy: "newest", first: "desc" as const },
  { label: "Scopes" },
];
const at = (sort: string, kept: Record<string, string>, order?: "asc" | "desc") =>
  sortable(columns, { path: "/keys", kept, sort, otherwise: "newest", order });

test("a head sorts by its column, then turns the order round, then leads back", () => {
  const [name, created, scopes] = at("newest", { q: "web" });
  expect(name?.sort).toEqual({ href: "/keys?q=web&sort=name" });
  expect(created?.sort).toEqual({ href: "/keys?q=web&order=asc", direction: "descending" });
  expect(scopes).toEqual({ label: "Scopes" });
  const sorted = at("name", { q: "web", sort: "name" })[0];
  expect(sorted?.sort).toEqual({ href: "/keys?q=web&sort=name&order=desc", direction: "ascending" });
  const turned = at("name", { q: "web", sort: "name", order: "desc" }, "desc")[0];
  expect(turned?.sort).toEqual({ href: "/keys?q=web", direction: "descending" });
});

test("a head of another column forgets the order that was turned round", () => {
  expect(at("name", { sort: "name", order: "desc" }, "desc")[1]?.sort).toEqual({ href: "/keys" });
});
