import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { contractionsIn } from "@/tests/support/schema/expand-contract";

/** The rule applies from this migration on. Earlier ones were made when every upgrade stopped all instances. */
const firstHeld = 39;

test("UP-01 no migration takes from the release before what it reads or writes, unless it says since when nothing does", () => {
  const held = readdirSync("db/migrations").filter(
    (file) => file.endsWith(".sql") && Number(file.slice(0, 4)) >= firstHeld,
  );
  expect(held.length).toBeGreaterThan(0);
  const found = held.flatMap((file) =>
    contractionsIn(readFileSync(`db/migrations/${file}`, "utf8")).map((what) => `${file} ${what}`),
  );
  // Add first, and remove one release later: docs/operating.md, "Rolling upgrades".
  expect(found).toEqual([]);
});

test.each([
  ['ALTER TABLE "keys" DROP COLUMN "name"', "drops a column"],
  ["alter table keys\n  drop column if exists name", "drops a column"],
  ['DROP TABLE "keys"', "drops a table"],
  ['ALTER TABLE "keys" RENAME COLUMN "name" TO "title"', "renames"],
  ['ALTER TABLE "keys" RENAME "name" TO "title"', "renames"],
  ['ALTER TABLE "keys" RENAME TO "api_keys"', "renames"],
  ['ALTER TABLE "keys" ALTER COLUMN "name" SET DATA TYPE integer', "changes the type"],
  ['ALTER TABLE "keys" ALTER COLUMN "name" TYPE integer', "changes the type"],
  ['ALTER TABLE "keys" ALTER COLUMN "name" SET NOT NULL', "never be null"],
  ['ALTER TABLE "keys" ADD COLUMN "name" text NOT NULL', "older inserts"],
  ['-- widens: all of it\nALTER TABLE "keys" ALTER COLUMN "name" SET DATA TYPE integer', "changes the type"],
  [
    '-- widens: all of it\nALTER TABLE "keys" ALTER COLUMN "name" SET DATA TYPE text\n  USING "first" || "last"',
    "changes the type",
  ],
  ['-- contract: soon\nALTER TABLE "keys" DROP COLUMN "name"', "drops a column"],
  ['-- contract: not read since 0.2.0\nSELECT 1;--> statement-breakpoint\nDROP TABLE "keys"', "drops a table"],
])("UP-01 %s is found", (statement, what) => {
  expect(contractionsIn(statement)).toEqual([expect.stringContaining(what)]);
});

test.each([
  'ALTER TABLE "keys" ADD COLUMN "name" text',
  `ALTER TABLE "keys" ADD COLUMN "name" text DEFAULT 'x' NOT NULL`,
  'ALTER TABLE "keys" ADD COLUMN "has_name" boolean GENERATED ALWAYS AS (name is not null) STORED NOT NULL',
  'CREATE TABLE "keys" ("name" text NOT NULL)',
  'ALTER TABLE "keys" RENAME CONSTRAINT "a" TO "b"',
  'ALTER TABLE "keys" ALTER COLUMN "name" DROP NOT NULL',
  "-- A later one may DROP COLUMN name.\nSELECT 1",
  '-- widens: every uuid is a text\nALTER TABLE "keys" ALTER COLUMN "maker" SET DATA TYPE text;',
  '-- contract: not read since 0.2.0\nALTER TABLE "keys" DROP COLUMN "name"',
])("UP-01 %s takes nothing away, or says since when", (statement) => {
  expect(contractionsIn(statement)).toEqual([]);
});
