import { existsSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { sabotaged } from "./place.mjs";
import { sabotages } from "./sabotages.mjs";

test("each sabotage finds its one place and changes it, and the tests that have to fail are there", () => {
  const broken = sabotages.flatMap((sabotage) => {
    try {
      const text = readFileSync(sabotage.file, "utf8");
      if (sabotaged(text, sabotage) === text) return [`${sabotage.name}: changes nothing`];
      return sabotage.expectRedIn.filter((file) => !existsSync(file)).map((file) => `${sabotage.name}: no ${file}`);
    } catch (error) {
      return [`${sabotage.name}: ${(error as Error).message}`];
    }
  });
  expect(broken).toEqual([]);
});

const code = `
export async function find(db: Db, id: string) {
  if (!id) throw refuse("not_found");
  if (id === "x") {
    throw refuse("not_permitted");
  }
  await audit.record(db, { action: "read" });
  return db.select().where(
    and(
      eq(keys.workspaceId, workspace),
      eq(keys.id, id),
    ),
  );
}
const other = () => eq(keys.id, id);
`;
const inFind = { file: "queries.ts", in: "find" };
const flat = (text: string) => text.replace(/\s+/g, "");

test("a place is found by its name and its syntax, however the code is broken into lines", () => {
  const change = (sabotage: object) => flat(sabotaged(code, { ...inFind, ...sabotage }));
  expect(change({ drop: "eq(keys.id, id)" })).toContain("and(eq(keys.workspaceId,workspace),),");
  expect(change({ drop: "eq(keys.workspaceId, workspace)" })).toContain("and(eq(keys.id,id),),");
  expect(change({ allow: "not_permitted" })).not.toContain('id==="x"');
  expect(change({ allow: "not_found" })).toContain('{if(id==="x")');
  expect(change({ skip: "audit.record" })).toContain("}returndb.select()");
  expect(change({ find: "and(eq(keys.workspaceId, workspace), eq(keys.id, id))", replace: "undefined" })).toContain(
    ".where(undefined,)",
  );
});

test("a place that is not there, or there more than once, is an error that names it", () => {
  const change = (sabotage: object) => () => sabotaged(code, { file: "queries.ts", ...sabotage });
  expect(change({ drop: "eq(keys.id, id)" })).toThrow("2 places instead of one for eq(keys.id, id) in queries.ts");
  expect(change({ in: "gone", find: "id", replace: "" })).toThrow("0 places instead of one for gone");
  expect(change({ in: "find", allow: "rate_limited" })).toThrow('refusal "rate_limited" in find of queries.ts');
  expect(change({ in: "other", find: "db", replace: "" })).toThrow("0 places instead of one for db");
});
