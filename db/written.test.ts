import { sql } from "drizzle-orm";
import { PgDialect } from "drizzle-orm/pg-core";
import { expect, it } from "vitest";
import { memberships } from "./schema/workspaces";
import { written } from "./written";

const textOf = (part: Parameters<typeof written>[0]) => new PgDialect({ casing: "snake_case" }).sqlToQuery(part);

it("is the same text, with the columns' names as they are in the database", () => {
  const part = sql`(select ${memberships.lastActiveAt} from ${memberships})`;
  expect(textOf(sql`select ${written(part)} as one, ${1} as two`)).toEqual(
    textOf(sql`select ${part} as one, ${1} as two`),
  );
  expect(textOf(written(part)).sql).toContain('"last_active_at"');
});

it("refuses a part that has parameters", () => {
  expect(() => written(sql`select ${1}`)).toThrow("parameters");
});
