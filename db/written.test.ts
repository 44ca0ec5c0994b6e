import { and, eq, sql } from "drizzle-orm";
import { drizzle } from "drizzle-orm/postgres-js";
import type postgres from "postgres";
import { expect, it, vi } from "vitest";
import type { Db } from "./client";
import { memberships } from "./schema/workspaces";
import { once, onceInSql } from "./written";

/** A database whose connection notes what is sent on it and answers with one row. */
function connection(row: unknown) {
  const sent: [text: string, values: unknown[]][] = [];
  const unsafe = (text: string, values: unknown[]) => {
    sent.push([text, values]);
    return Object.assign(Promise.resolve([row]), { values: async () => [row] });
  };
  const client = { unsafe, options: { parsers: {}, serializers: {} } } as unknown as postgres.Sql;
  return { db: drizzle({ client, casing: "snake_case" }) as Db, sent };
}

it("writes a query at its first use alone, and sends it with each one's values on each one's connection", async () => {
  const { userId, workspaceId, lastActiveAt } = memberships;
  const build = vi.fn((db: Db, of: Record<"user" | "workspace", ReturnType<typeof sql.placeholder>>) =>
    db
      .select({ lastActiveAt })
      .from(memberships)
      .where(and(eq(userId, of.user), eq(workspaceId, of.workspace))),
  );
  const membership = once(["user", "workspace"], build);
  const [first, second] = [connection(["2026-12-01 10:00:00+00"]), connection([null])];
  expect(await membership(first.db, { user: "u1", workspace: "w1" })).toEqual([
    { lastActiveAt: new Date("2026-12-01T10:00:00Z") },
  ]);
  expect(await membership(second.db, { user: "u2", workspace: "w2" })).toEqual([{ lastActiveAt: null }]);
  expect(build).toHaveBeenCalledTimes(1);
  const text = expect.stringContaining('"memberships"."user_id" = $1 and "memberships"."workspace_id" = $2');
  expect(first.sent).toEqual([[text, ["u1", "w1"]]]);
  expect(second.sent).toEqual([[text, ["u2", "w2"]]]);
});

it("does likewise with a statement in SQL, whose columns are named as they are in the database", async () => {
  const seen = onceInSql(
    ["user"],
    (of) =>
      sql<{ at: string }>`select ${memberships.lastActiveAt} as at from ${memberships} where ${of.user} is not null`,
  );
  const [first, second] = [connection({ at: "then" }), connection({ at: "now" })];
  expect(await seen(first.db, { user: "u1" })).toEqual([{ at: "then" }]);
  expect(await seen(second.db, { user: null })).toEqual([{ at: "now" }]);
  const text = 'select "memberships"."last_active_at" as at from "memberships" where $1 is not null';
  expect([...first.sent, ...second.sent]).toEqual([
    [text, ["u1"]],
    [text, [null]],
  ]);
});
