import { and, desc, eq, gte, inArray, isNull, type SQL, sql } from "drizzle-orm";
import type { Db } from "@/db/client";
import { usageHourly, usageLedger } from "@/db/schema/usage";
import { daysLooked, mostLooked } from "./days";

/*
 * How often something was called in the last 30 days, to say which calls a change would have refused. Only the latest
 * rows are read, by an index; `days` says how far back they reach.
 */

/** Returns the number of calls with each of these keys that was used, those with the most calls first. */
export async function byKey(db: Db, workspaceId: string, keyIds: string[]) {
  const latest = latestHours(db, workspaceId, inArray(usageHourly.keyId, keyIds));
  const calls = sql<number>`sum(${latest.requests})`.mapWith(Number);
  const rows = await db
    .select({ keyId: sql<string>`${latest.keyId}`, calls, ...looked(latest) })
    .from(latest)
    .groupBy(latest.keyId)
    .orderBy(desc(calls), latest.keyId);
  return {
    rows: rows.map(({ keyId, calls }) => ({ keyId, calls })),
    calls: rows.reduce((sum, row) => sum + row.calls, 0),
    days: daysOf(rows[0]),
  };
}

/** Returns how many calls members made in the browser and with their own keys, and how many keys these were. */
export async function byMembers(db: Db, workspaceId: string, userIds: string[]) {
  const latest = latestHours(db, workspaceId, inArray(usageHourly.memberId, userIds));
  const [row] = await db
    .select({
      inBrowser: sql<number>`coalesce(sum(${latest.requests}) filter (where ${isNull(latest.keyId)}), 0)`.mapWith(
        Number,
      ),
      withKeys: sql<number>`coalesce(sum(${latest.requests}) filter (where ${latest.keyId} is not null), 0)`.mapWith(
        Number,
      ),
      keys: sql<number>`count(distinct ${latest.keyId})`.mapWith(Number),
      looked: sql<number>`count(*)`.mapWith(Number),
      first: sql<Date | null>`min(${latest.hour})`.mapWith(usageHourly.hour),
    })
    .from(latest);
  return { inBrowser: row?.inBrowser ?? 0, withKeys: row?.withKeys ?? 0, keys: row?.keys ?? 0, days: daysOf(row) };
}

/** Returns how many calls of a key named one of these models or routes. */
export async function forNames(db: Db, workspaceId: string, keyId: string, names: string[]) {
  const latest = latestHours(db, workspaceId, eq(usageHourly.keyId, keyId));
  const [row] = await db
    .select({
      calls: sql<number>`coalesce(sum(${latest.requests}) filter (where ${inArray(latest.name, names)}), 0)`.mapWith(
        Number,
      ),
      looked: sql<number>`count(*)`.mapWith(Number),
      first: sql<Date | null>`min(${latest.hour})`.mapWith(usageHourly.hour),
    })
    .from(latest);
  return { calls: row?.calls ?? 0, days: daysOf(row) };
}

/** Returns how many calls of each operation a key made, from the ledger itself. */
export async function byOperation(db: Db, workspaceId: string, keyId: string) {
  const latest = db
    .select({ operation: usageLedger.operation, at: usageLedger.at })
    .from(usageLedger)
    .where(
      and(
        eq(usageLedger.workspaceId, workspaceId),
        eq(usageLedger.keyId, keyId),
        gte(usageLedger.at, sql`now() - interval '30 days'`),
      ),
    )
    .orderBy(desc(usageLedger.at))
    .limit(mostLooked)
    .as("latest");
  const rows = await db
    .select({
      operation: latest.operation,
      calls: sql<number>`count(*)`.mapWith(Number),
      looked: sql<number>`sum(count(*)) over ()`.mapWith(Number),
      first: sql<Date | null>`min(min(${latest.at})) over ()`.mapWith(usageLedger.at),
    })
    .from(latest)
    .groupBy(latest.operation);
  return { rows: rows.map(({ operation, calls }) => ({ operation, calls })), days: daysOf(rows[0]) };
}

function latestHours(db: Db, workspaceId: string, which: SQL) {
  return db
    .select({
      hour: usageHourly.hour,
      keyId: usageHourly.keyId,
      requests: usageHourly.requests,
      name: sql<string>`coalesce(${usageHourly.route}, ${usageHourly.model})`.as("name"),
    })
    .from(usageHourly)
    .where(and(eq(usageHourly.workspaceId, workspaceId), which, gte(usageHourly.hour, sql`now() - interval '30 days'`)))
    .orderBy(desc(usageHourly.hour))
    .limit(mostLooked)
    .as("latest");
}

const looked = (latest: ReturnType<typeof latestHours>) => ({
  looked: sql<number>`sum(count(*)) over ()`.mapWith(Number),
  first: sql<Date | null>`min(min(${latest.hour})) over ()`.mapWith(usageHourly.hour),
});

const daysOf = (row: { looked: number; first: Date | null } | undefined) =>
  daysLooked(row?.looked ?? 0, row?.first ?? null);
