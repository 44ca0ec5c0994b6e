import { and, eq, isNull, type SQL, type SQLWrapper, sql } from "drizzle-orm";
import { alias } from "drizzle-orm/pg-core";
import type { Db } from "@/db/client";
import { usageDaily, usageHourly } from "@/db/schema/usage";
import { columnOf, countedClasses } from "../classes";
import type { Filters } from "../input";
import { type Span, wholeDays } from "../ranges";

/* Reads the roll-ups: by hour, and by day where whole days suffice, which has up to 24 times fewer rows. */

/** What sums are made of: the hours of a workspace in a span (whole hours) that pass the filters. */
export type Selection = { span: Span; filters: Filters };

/** A row that `usageOf` returns: an hour, or a day under the hour with which it begins. */
export const usage = alias(usageHourly, "usage");

/**
 * Returns the rows of a selection, as `usage`. Whole days come from the daily roll-up as far as it reaches; with
 * `byHour` everything comes by hour.
 */
export function usageOf(workspaceId: string, { span, filters }: Selection, byHour = false): SQL {
  const days = byHour ? null : wholeDays(span);
  const hours = (from: SQLWrapper | Date, to: Date) =>
    part(usageHourly, usageHourly.hour, workspaceId, filters, from, to);
  if (!days) return sql`(${hours(span.from, span.to)}) as ${sql.identifier("usage")}`;
  const rolledUp = sql`(select least(days_rolled_up(${workspaceId}), ${instant(days.to)}))`;
  const parts = [
    part(usageDaily, usageDaily.day, workspaceId, filters, days.from, days.to),
    hours(sql`greatest(${rolledUp}, ${instant(days.from)})`, span.to),
    // The hours before the first whole day, if the span does not begin with one.
    ...(span.from < days.from ? [hours(span.from, days.from)] : []),
  ];
  return sql`(${sql.join(parts, sql` union all `)}) as ${sql.identifier("usage")}`;
}

function part(
  table: typeof usageHourly | typeof usageDaily,
  moment: SQLWrapper,
  workspaceId: string,
  filters: Filters,
  from: SQLWrapper | Date,
  to: Date,
): SQL {
  return sql`
    select ${moment} as hour, ${table.model}, ${table.route}, ${table.tags}, ${table.operation}, ${table.keyId}, ${table.memberId}, ${table.requests}, ${table.errors},
      ${table.promptTokens}, ${table.completionTokens}, ${table.cost}, ${table.latency},
      ${sql.join(
        countedClasses.map((name) => sql`${table[columnOf[name]]}`),
        sql`, `,
      )}
    from ${table}
    where ${and(
      eq(table.workspaceId, workspaceId),
      sql`${moment} >= ${from instanceof Date ? instant(from) : from}`,
      sql`${moment} < ${instant(to)}`,
      passing(table, filters),
    )}`;
}

const instant = (date: Date) => sql`${date.toISOString()}::timestamptz`;

/** Returns the condition for rows that pass the filters, in the ledger or a roll-up. */
export function passing(
  table: Record<"model" | "route" | "tags" | "operation" | "keyId" | "memberId", SQLWrapper>,
  { model, route, tag, operation, keyId, userId }: Filters,
): SQL | undefined {
  return and(
    model === undefined ? undefined : sql`${table.model} = ${model}`,
    route === undefined ? undefined : sql`${table.route} = ${route}`,
    tag === undefined ? undefined : sql`${tag} = any (${table.tags})`,
    operation === undefined ? undefined : sql`${table.operation} = ${operation}`,
    keyId === undefined ? undefined : sql`${table.keyId} = ${keyId}`,
    userId === undefined
      ? undefined
      : userId === "service"
        ? isNull(table.memberId)
        : sql`${table.memberId} = ${userId}`,
  );
}

/** Checks whether a workspace has finished days that are not rolled up. */
export async function isBehind(db: Db, workspaceId: string): Promise<boolean> {
  const [row] = await db.execute<{ is: boolean }>(sql`select day_to_roll_up(${workspaceId}) is not null as is`);
  return row?.is ?? false;
}

/**
 * Rolls up the next days of a workspace, at most this many. Returns whether there may be more. Several transactions
 * may do so at the same time.
 */
export async function rollUp(db: Db, workspaceId: string, days: number): Promise<boolean> {
  const [row] = await db.execute<{ more: boolean }>(sql`select roll_up_days(${workspaceId}, ${days}) as more`);
  return row?.more ?? false;
}
