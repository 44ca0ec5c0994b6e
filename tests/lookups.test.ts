import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";

/**
 * A table that is read by any text must be a Map: an object has `constructor`, `toString` and `__proto__` for every lookup,
 * and what a client sends is any text. So no constant may be an object literal that says it can be read so. Tables
 * with known names (`satisfies Record<string, …>`, `Record<Role, …>`) are read by those names only; the compiler sees to it.
 */
const readableByAnyText = /\b(?:const|let)\s+\w+\s*:\s*(?:(?:Readonly|Partial)<)*Record<string,[^=]*=\s*\{/g;
const indexSignature = /\b(?:const|let)\s+\w+\s*:\s*\{\s*(?:readonly\s+)?\[\w+:\s*string\]:[^=]*=\s*\{/g;
/** Makes the compiler forget which names a table has. Such code calls `Object.hasOwn` first, in the same file. */
const forgetful = /\[\s*\w+ as (?:keyof typeof \w+|never|any)\s*\]/g;

const roots = ["app", "server", "emails"];

function findOpenTables(text: string): string[] {
  const found = [...(text.match(readableByAnyText) ?? []), ...(text.match(indexSignature) ?? [])];
  if (!text.includes("Object.hasOwn(")) found.push(...(text.match(forgetful) ?? []));
  return found;
}

test("BI-17 IS-15 no object is read by what a client sends", () => {
  const files = roots.flatMap((root) =>
    readdirSync(root, { recursive: true, encoding: "utf8" }).map((name) => path.join(root, name)),
  );
  const sources = files.filter((name) => /(?<!\.test)\.tsx?$/.test(name));
  expect(sources.length).toBeGreaterThan(300);
  const found = sources.flatMap((name) => findOpenTables(readFileSync(name, "utf8")).map((what) => `${name}: ${what}`));
  expect(found).toEqual([]);
});

test.each([
  'const news: Record<string, string> = { set: "Limit set." };',
  "const statuses: Partial<Record<string, number>> = { gone: 410 };",
  'const news: { [name: string]: string } = { set: "Limit set." };',
  "return texts[said as keyof typeof texts];",
])("%s is found", (text) => {
  expect(findOpenTables(text)).toHaveLength(1);
});

test.each([
  'const news = new Map(Object.entries({ set: "Limit set." }));',
  "const values: Record<string, string> = Object.create(null);",
  'const roleText: Record<Role, string> = { admin: "Admin" };',
  "if (Object.hasOwn(texts, said)) return texts[said as keyof typeof texts];",
])("%s is fine", (text) => {
  expect(findOpenTables(text)).toEqual([]);
});
