import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { generateDrizzleJson, generateMigration } from "drizzle-kit/api";
import { expect, test } from "vitest";
import { owner } from "@/tests/support/database";
import { diagram, schema } from "./diagram";

const withoutTables = ["columns", "more-limits", "new-ceilings", "orders", "seats", "usage-classes"];

test("docs/schema.md has the tables of today: npm run db:diagram makes it", async () => {
  expect(readFileSync("docs/schema.md", "utf8")).toBe(diagram());
  const files = readdirSync("db/schema").map((file) => path.basename(file, ".ts"));
  expect(Object.keys(schema).sort()).toEqual(files.filter((file) => !withoutTables.includes(file)).sort());
  const tables = await owner<{ name: string }[]>`
    select relname as name from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') and not relispartition`;
  for (const { name } of tables) expect(diagram()).toContain(`  ${name} {\n`);
});

const meta = path.resolve("db/migrations/meta");
const snapshots = readdirSync(meta).filter((file) => file.endsWith("_snapshot.json"));

test("one snapshot is kept, that of the last migration: npm run db:generate deletes the ones before it", () => {
  const { entries } = JSON.parse(readFileSync(path.join(meta, "_journal.json"), "utf8"));
  expect(snapshots).toEqual([`${entries.at(-1).tag.slice(0, 4)}_snapshot.json`]);
});

test("the migrations make what db/schema says: npm run db:generate would add none", async () => {
  const last = JSON.parse(readFileSync(path.join(meta, snapshots.at(-1) ?? ""), "utf8"));
  const tables = Object.assign({}, ...Object.values(schema));
  const now = generateDrizzleJson(tables, last.id, undefined, "snake_case");
  expect(await generateMigration(last, now)).toEqual([]);
});
