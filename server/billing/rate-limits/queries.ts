import { and, asc, count, desc, eq, gte, ilike, isNull, or, type SQL, sql } from "drizzle-orm";
import { type AnyPgColumn, alias } from "drizzle-orm/pg-core";
import type { Db } from "@/db/client";
import { apiKeys } from "@/db/schema/keys";
import { rateLimits, spendCounters } from "@/db/schema/limits";
import { users } from "@/db/schema/people";
import { rateBuckets } from "@/db/schema/throttling";
import { usageHourly } from "@/db/schema/usage";
import { workspaces } from "@/db/schema/workspaces";
import { decodeCursor, keyParts, type Page, type Place, toPage } from "@/server/api/cursors";
import { escapeLike } from "@/server/api/like";

/** Limits per minute; null: none. */
export type Rates = { requestsPerMinute: number | null; tokensPerMinute: number | null };

/** How much of the limits is used now: the level of the gateway's buckets minus what has leaked out since. */
export type Fill = { requestsUsed: number; tokensUsed: number };

/** A limit of the workspace; `model` "" means all models together. */
export type RateLimit = Rates & Fill & { model: string };

/** A key with its own limits. Money is in micro-units and of this month. */
export type KeyLimits = Rates &
  Fill & {
    id: string;
    name: string;
    lastFour: string;
    ownerId: string;
    ownerName: string;
    isService: boolean;
    monthlyLimit: number | null;
    spent: number;
    reserved: number;
  };

const requests = alias(rateBuckets, "requests");
const tokens = alias(rateBuckets, "tokens");

/** Computes the level of a bucket now. A bucket holds the limit of one minute and empties within one minute. */
function used(bucket: { level: AnyPgColumn; at: AnyPgColumn }, limit: AnyPgColumn) {
  const level = sql`${bucket.level} - extract(epoch from clock_timestamp() - ${bucket.at}) * ${limit} / 60.0`;
  return sql`coalesce(round(least(${limit}, greatest(0, ${level}))), 0)::float8`.mapWith(Number);
}

const fill = (limits: { requestsPerMinute: AnyPgColumn; tokensPerMinute: AnyPgColumn }) => ({
  requestsUsed: used(requests, limits.requestsPerMinute),
  tokensUsed: used(tokens, limits.tokensPerMinute),
});

/** The most limits a workspace can have. */
export const mostLimits = 100;

/** Returns the workspace's limits with their use, the one for all models first. */
export async function list(db: Db, workspaceId: string): Promise<RateLimit[]> {
  const whose = sql`${rateLimits.workspaceId} || ':' || case ${rateLimits.model} when '' then '*' else ${rateLimits.model} end`;
  return db
    .select({
      model: rateLimits.model,
      requestsPerMinute: rateLimits.requestsPerMinute,
      tokensPerMinute: rateLimits.tokensPerMinute,
      ...fill(rateLimits),
    })
    .from(rateLimits)
    .leftJoin(requests, eq(requests.key, sql`'v1:requests:' || ${whose}`))
    .leftJoin(tokens, eq(tokens.key, sql`'v1:tokens:' || ${whose}`))
    .where(eq(rateLimits.workspaceId, workspaceId))
    .orderBy(rateLimits.model)
    .limit(mostLimits);
}

/** Returns the workspace's ceiling per minute over all models, set by operators, with its use; null: no ceiling. */
export async function ceiling(db: Db, workspaceId: string): Promise<(Rates & Fill) | null> {
  const limits = {
    requestsPerMinute: workspaces.mostRequestsPerMinute,
    tokensPerMinute: workspaces.mostTokensPerMinute,
  };
  const [row] = await db
    .select({ ...limits, ...fill(limits) })
    .from(workspaces)
    .leftJoin(requests, eq(requests.key, sql`'v1:requests:ceiling:' || ${workspaces.id}`))
    .leftJoin(tokens, eq(tokens.key, sql`'v1:tokens:ceiling:' || ${workspaces.id}`))
    .where(
      and(
        eq(workspaces.id, workspaceId),
        sql`coalesce(${workspaces.mostRequestsPerMinute}, ${workspaces.mostTokensPerMinute}) is not null`,
      ),
    );
  return row ?? null;
}

/** Returns the workspace's limits for a model, or undefined when it has none. */
export async function find(db: Db, workspaceId: string, model: string): Promise<Rates | undefined> {
  const [row] = await db
    .select({ requestsPerMinute: rateLimits.requestsPerMinute, tokensPerMinute: rateLimits.tokensPerMinute })
    .from(rateLimits)
    .where(and(eq(rateLimits.workspaceId, workspaceId), eq(rateLimits.model, model)));
  return row;
}

/** Returns how many limits the workspace has. */
export async function total(db: Db, workspaceId: string): Promise<number> {
  const [row] = await db.select({ n: count() }).from(rateLimits).where(eq(rateLimits.workspaceId, workspaceId));
  return row?.n ?? 0;
}

/** Sets both limits of a model, in place of the earlier ones. */
export async function set(db: Db, workspaceId: string, model: string, rates: Rates): Promise<void> {
  await db
    .insert(rateLimits)
    .values({ workspaceId, model, ...rates })
    .onConflictDoUpdate({ target: [rateLimits.workspaceId, rateLimits.model], set: rates });
}

/** Removes a model's limits. */
export async function remove(db: Db, workspaceId: string, model: string): Promise<void> {
  await db.delete(rateLimits).where(and(eq(rateLimits.workspaceId, workspaceId), eq(rateLimits.model, model)));
}

/** Returns the models used in the last 30 days, most used first, at most 100, as suggestions for a limit. */
export async function usedModels(db: Db, workspaceId: string): Promise<string[]> {
  const rows = await db
    .select({ model: usageHourly.model })
    .from(usageHourly)
    .where(and(eq(usageHourly.workspaceId, workspaceId), gte(usageHourly.hour, sql`now() - interval '30 days'`)))
    .groupBy(usageHourly.model)
    .orderBy(sql`sum(${usageHourly.requests}) desc, ${usageHourly.model}`)
    .limit(100);
  return rows.map(({ model }) => model);
}

const pageSize = 50;

/**
 * Returns a page of the unrevoked keys with their own limits, newest first.
 *
 * @param ownerId only this person's own keys; null: all keys
 */
export async function listKeys(
  db: Db,
  workspaceId: string,
  ownerId: string | null,
  query: Place & { search: string },
): Promise<Page<KeyLimits>> {
  const isBackward = query.before !== undefined;
  const from = decodeCursor(query.before ?? query.after, [keyParts.instant, keyParts.keyId]);
  const key = sql`(${apiKeys.createdAt}, ${apiKeys.id})`;
  const order = isBackward ? asc : desc;
  const rows = await db
    .select({
      id: apiKeys.id,
      name: apiKeys.name,
      lastFour: apiKeys.lastFour,
      ownerId: apiKeys.createdBy,
      ownerName: users.name,
      isService: apiKeys.isService,
      requestsPerMinute: apiKeys.requestsPerMinute,
      tokensPerMinute: apiKeys.tokensPerMinute,
      ...fill(apiKeys),
      monthlyLimit: apiKeys.monthlyLimit,
      spent: sql`coalesce(${spendCounters.spent}, 0)`.mapWith(Number),
      reserved: sql`coalesce(${spendCounters.reserved}, 0)`.mapWith(Number),
      sortKey: sql<string>`${apiKeys.createdAt}::text`,
    })
    .from(apiKeys)
    .innerJoin(users, eq(users.id, apiKeys.createdBy))
    .leftJoin(requests, eq(requests.key, sql`'v1:requests:' || ${apiKeys.countedAs}`))
    .leftJoin(tokens, eq(tokens.key, sql`'v1:tokens:' || ${apiKeys.countedAs}`))
    .leftJoin(
      spendCounters,
      and(
        eq(spendCounters.workspaceId, workspaceId),
        eq(spendCounters.span, "month"),
        sql`${spendCounters.period} = date_trunc('month', now() at time zone 'UTC')::date`,
        eq(spendCounters.subject, apiKeys.countedAs),
      ),
    )
    .where(
      and(
        shown(workspaceId, ownerId, query.search),
        from ? sql`${key} ${sql.raw(isBackward ? ">" : "<")} (${from[0]}::timestamptz, ${from[1]})` : undefined,
      ),
    )
    .orderBy(order(apiKeys.createdAt), order(apiKeys.id))
    .limit(pageSize + 1);
  const page = toPage(rows, pageSize, query, (row) => [row.sortKey, row.id]);
  return { ...page, rows: page.rows.map(({ sortKey, ...row }) => row) };
}

/** Returns the number of keys on all pages of that list. */
export async function countKeys(db: Db, workspaceId: string, ownerId: string | null, search: string): Promise<number> {
  const [row] = await db
    .select({ n: count() })
    .from(apiKeys)
    .where(shown(workspaceId, ownerId, search));
  return row?.n ?? 0;
}

function shown(workspaceId: string, ownerId: string | null, search: string): SQL | undefined {
  return and(
    eq(apiKeys.workspaceId, workspaceId),
    isNull(apiKeys.revokedAt),
    ownerId === null ? undefined : and(eq(apiKeys.createdBy, ownerId), eq(apiKeys.isService, false)),
    search ? or(ilike(apiKeys.name, `%${escapeLike(search)}%`), eq(apiKeys.id, search)) : undefined,
  );
}
