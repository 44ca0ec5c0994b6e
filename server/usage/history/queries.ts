import { and, eq, isNull, type SQL, sql } from "drizzle-orm";
import type { Db } from "@/db/client";
import { apiKeys } from "@/db/schema/keys";
import { usageHourly } from "@/db/schema/usage";
import { type CountedClass, columnOf, countedClasses } from "../classes";
import { usage, usageOf } from "../roll-ups/queries";

/** The usage of an hour. `priced`: how many of its requests had a cost; a spending limit never refuses the others. */
export type Hour = { hour: Date; requests: number; priced: number; cost: number };

/** The cost of a model on a day. `model` null: all models but the most expensive ones together. */
export type DaySpend = { day: string; model: string | null; cost: number };

/** The cost and the usage of a model since a day. */
export type ModelSpend = { model: string; requests: number; cost: number; classes: Record<CountedClass, number> };

/** The condition for everything since a day in UTC ("2026-11-01"). */
const since = (workspaceId: string, day: string) =>
  usageOf(workspaceId, { span: { from: new Date(`${day}T00:00:00Z`), to: new Date("9999-12-31") }, filters: {} });

/**
 * Returns the cost of each day in UTC since `from` ("2026-11-01"), separately for each of `models` and together for
 * all others.
 */
export async function byDay(db: Db, workspaceId: string, from: string, models: string[]): Promise<DaySpend[]> {
  const day = sql<string>`to_char(${usage.hour} at time zone 'UTC', 'YYYY-MM-DD')`;
  // Passed as JSON, because this client sends no arrays.
  const named = sql`(select jsonb_array_elements_text(${JSON.stringify(models)}::jsonb))`;
  const model = sql<string | null>`case when ${usage.model} in ${named} then ${usage.model} end`;
  return db
    .select({ day, model, cost: sql`sum(${usage.cost})`.mapWith(Number) })
    .from(since(workspaceId, from))
    .groupBy(sql`1`, sql`2`)
    .orderBy(sql`1`, sql`2`);
}

/** The usage of a whole workspace on a day. `errors` are included in `requests`. */
export type DayUse = { day: string; requests: number; errors: number; tokens: number; cost: number };

/** Returns the usage of each day in UTC since `from` ("2026-11-01"); days without usage are left out. */
export async function daily(db: Db, workspaceId: string, from: string): Promise<DayUse[]> {
  const total = (what: SQL) => sql`sum(${what})`.mapWith(Number);
  return db
    .select({
      day: sql<string>`to_char(${usage.hour} at time zone 'UTC', 'YYYY-MM-DD')`,
      requests: total(sql`${usage.requests}`),
      errors: total(sql`${usage.errors}`),
      tokens: total(sql`${usage.promptTokens} + ${usage.completionTokens}`),
      cost: total(sql`${usage.cost}`),
    })
    .from(since(workspaceId, from))
    .groupBy(sql`1`)
    .orderBy(sql`1`);
}

/** A key with failed requests. */
export type FailingKey = { id: string; name: string; lastFour: string; requests: number; errors: number };

/**
 * Returns the keys with which at least a tenth of the requests of the last 24 hours failed, those with the most
 * errors first.
 */
export async function failingKeys(db: Db, workspaceId: string, limit: number): Promise<FailingKey[]> {
  const [requests, errors] = [sql`sum(${usageHourly.requests})`, sql`sum(${usageHourly.errors})`];
  return db
    .select({
      id: apiKeys.id,
      name: apiKeys.name,
      lastFour: apiKeys.lastFour,
      requests: requests.mapWith(Number),
      errors: errors.mapWith(Number),
    })
    .from(usageHourly)
    .innerJoin(
      apiKeys,
      and(eq(apiKeys.workspaceId, workspaceId), eq(apiKeys.id, usageHourly.keyId), isNull(apiKeys.revokedAt)),
    )
    .where(
      and(
        eq(usageHourly.workspaceId, workspaceId),
        sql`${usageHourly.hour} > date_trunc('hour', now(), 'UTC') - interval '24 hours'`,
      ),
    )
    .groupBy(apiKeys.id, apiKeys.name, apiKeys.lastFour)
    .having(sql`${errors} > 0 and ${errors} * 10 >= ${requests}`)
    .orderBy(sql`${errors} desc`, apiKeys.id)
    .limit(limit);
}

/** Returns the models that were used since a day, those with the highest cost first, at most `limit`. */
export async function byModel(db: Db, workspaceId: string, from: string, limit: number): Promise<ModelSpend[]> {
  const cost = sql`sum(${usage.cost})`;
  return db
    .select({
      model: sql<string>`${usage.model}`,
      requests: sql`sum(${usage.requests})`.mapWith(Number),
      cost: cost.mapWith(Number),
      classes: Object.fromEntries(
        countedClasses.map((name) => [name, sql`sum(${usage[columnOf[name]]})`.mapWith(Number)]),
      ) as Record<CountedClass, SQL<number>>,
    })
    .from(since(workspaceId, from))
    .groupBy(usage.model)
    .orderBy(sql`${cost} desc`, usage.model)
    .limit(limit);
}

/** Returns the first hour in which the workspace had usage, or null. */
export async function firstUse(db: Db, workspaceId: string): Promise<Date | null> {
  const [row] = await db
    .select({ hour: usageHourly.hour })
    .from(usageHourly)
    .where(eq(usageHourly.workspaceId, workspaceId))
    .orderBy(usageHourly.hour)
    .limit(1);
  return row?.hour ?? null;
}

/**
 * Which usage: of a member's own keys, of a key with all its rotations (`countedAs`), of a model, or of a tag.
 * Without any of them: of the whole workspace.
 */
export type HoursOf = {
  userId?: string | undefined;
  countedAs?: string | undefined;
  model?: string | undefined;
  tag?: string | undefined;
};

/**
 * Returns the hours with usage, earliest first. It goes back `days` days, and further to the first of that month and
 * the Monday of that week.
 */
export async function hours(
  db: Db,
  workspaceId: string,
  days: number,
  { userId, countedAs, model, tag }: HoursOf = {},
): Promise<Hour[]> {
  const begins = sql`(now() - make_interval(days => ${days})) at time zone 'UTC'`;
  return db
    .select({
      hour: usageHourly.hour,
      requests: sql`sum(${usageHourly.requests})`.mapWith(Number),
      priced: sql`coalesce(sum(${usageHourly.requests}) filter (where ${usageHourly.cost} > 0), 0)`.mapWith(Number),
      cost: sql`sum(${usageHourly.cost})`.mapWith(Number),
    })
    .from(usageHourly)
    .where(
      and(
        eq(usageHourly.workspaceId, workspaceId),
        userId === undefined ? undefined : eq(usageHourly.memberId, userId),
        model === undefined ? undefined : eq(usageHourly.model, model),
        tag === undefined ? undefined : sql`${tag} = any (${usageHourly.tags})`,
        countedAs === undefined
          ? undefined
          : sql`${usageHourly.keyId} in (select k.id from api_keys k where k.workspace_id = ${workspaceId} and k.counted_as = ${countedAs})`,
        sql`${usageHourly.hour} >= least(date_trunc('month', ${begins}), date_trunc('week', ${begins})) at time zone 'UTC'`,
      ),
    )
    .groupBy(usageHourly.hour)
    .orderBy(usageHourly.hour);
}
