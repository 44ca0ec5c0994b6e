import { and, desc, eq, inArray, type SQL, type SQLWrapper, sql } from "drizzle-orm";
import type { Db } from "@/db/client";
import { apiKeys } from "@/db/schema/keys";
import { users } from "@/db/schema/people";
import { usageHourly } from "@/db/schema/usage";
import { memberships } from "@/db/schema/workspaces";
import { type CountedClass, columnOf, countedClasses } from "../classes";
import type { Granularity, Grouping } from "../input";
import { bucketCount } from "../latency";
import type { Span } from "../ranges";
import { type Selection, usage, usageOf } from "../roll-ups/queries";

/*
 * Reports are read from the roll-ups by hour and by day, and from tables with names. The ledger itself is never
 * summed.
 */

/** Sums over some hours; `cost` in micro-units, `latency` a histogram. */
export type Sums = {
  requests: number;
  errors: number;
  promptTokens: number;
  completionTokens: number;
  cost: number;
  latency: number[];
  /** The tokens and units by class. */
  classes: Record<CountedClass, number>;
};

/** Returns the database's clock. */
export async function now(db: Db): Promise<Date> {
  const [row] = await db.execute<{ ms: string }>(sql`select extract(epoch from now()) * 1000 as ms`);
  return new Date(Number(row?.ms));
}

/**
 * Returns the sums by group, those with the highest cost first, at most `limit`. The id of a group is the model, the
 * endpoint, or the id of the key or member; "" for requests without one. A request with several tags is in the group
 * of each. The totals are read by another statement: with both in one, PostgreSQL sorts every row, which takes seven
 * times as long.
 */
export async function groups(
  db: Db,
  workspaceId: string,
  selection: Selection,
  groupBy: Grouping,
  limit: number,
): Promise<(Sums & { id: string })[]> {
  const by = groupColumn(groupBy);
  if (!by) return [];
  return db
    .select({ id: idOf(by), ...sums })
    .from(groupable(workspaceId, selection, groupBy))
    .groupBy(sql`${by}`)
    .orderBy(desc(cost), desc(requests), sql`${by} asc`)
    .limit(limit);
}

/** Returns the totals of a selection. */
export async function totals(db: Db, workspaceId: string, selection: Selection): Promise<Sums | undefined> {
  const [row] = await db.select(sums).from(usageOf(workspaceId, selection));
  return row;
}

/** The sums of a group in one step; `id` null: all groups that were not named. */
export type StepSums = { step: Date; id: string | null; requests: number; tokens: number; cost: number };

/** Returns the sums by step, for each of these groups and for all others together. Steps without usage are left out. */
export async function series(
  db: Db,
  workspaceId: string,
  selection: Selection,
  granularity: Granularity,
  groupBy: Grouping,
  ids: string[],
): Promise<StepSums[]> {
  const by = groupColumn(groupBy);
  const id = by && ids.length > 0 ? sql<string | null>`case when ${inArray(idOf(by), ids)} then ${idOf(by)} end` : null;
  return db
    .select({
      step: stepOf(granularity),
      id: id ?? sql<null>`null`,
      requests,
      tokens: sum(sql`${usage.promptTokens} + ${usage.completionTokens}`),
      cost,
    })
    .from(groupable(workspaceId, selection, ids.length > 0 ? groupBy : "none", granularity === "hour"))
    .groupBy(sql`1${id ? sql`, 2` : sql``}`);
}

/** Returns the sums by step and group, in that order, at most `limit`. */
export async function rows(
  db: Db,
  workspaceId: string,
  selection: Selection,
  granularity: Granularity,
  groupBy: Grouping,
  limit: number,
): Promise<(Sums & { step: Date; id: string })[]> {
  const by = groupColumn(groupBy);
  return db
    .select({ step: stepOf(granularity), id: by ? idOf(by) : sql<string>`''`, ...sums })
    .from(groupable(workspaceId, selection, groupBy, granularity === "hour"))
    .groupBy(sql`1, 2`)
    .orderBy(sql`1, 2`)
    .limit(limit);
}

/** What a report can be filtered by. */
type Kind = "model" | "operation" | "route" | "key" | "member";

const kinds: readonly [Kind, SQLWrapper][] = [
  ["model", usage.model],
  ["operation", usage.operation],
  ["route", usage.route],
  ["key", usage.keyId],
  ["member", usage.memberId],
];

/**
 * Returns which models, endpoints, routes, keys and members were used in a span, those with the most requests first,
 * at most `limit` of each.
 */
export async function used(
  db: Db,
  workspaceId: string,
  span: Span,
  limit: number,
): Promise<{ kind: Kind; id: string }[]> {
  const eachKind = (then: (kind: Kind, column: SQLWrapper) => SQL) =>
    sql`case ${sql.join(
      kinds.map(([kind, column]) => sql`when grouping(${column}) = 0 then ${then(kind, column)}`),
      sql` `,
    )} end`;
  // Written into the statement, because as parameters these words would have no type.
  const kind = eachKind((name) => sql.raw(`'${name}'`));
  const found = db.$with("found").as(
    db
      .select({
        kind: sql<Kind>`${kind}`.as("kind"),
        id: sql<string>`coalesce(${eachKind((_, column) => sql`${column}::text`)}, '')`.as("id"),
        place: sql<number>`row_number() over (partition by ${kind} order by sum(${usage.requests}) desc)`.as("place"),
      })
      .from(usageOf(workspaceId, { span, filters: {} }))
      .groupBy(
        sql`grouping sets (${sql.join(
          kinds.map(([, column]) => sql`(${column})`),
          sql`, `,
        )})`,
      ),
  );
  return db
    .with(found)
    .select({ kind: found.kind, id: found.id })
    .from(found)
    .where(sql`${found.place} <= ${limit}`)
    .orderBy(found.kind, found.place);
}

/** Returns the names of keys, including revoked ones. */
export async function keyNames(
  db: Db,
  workspaceId: string,
  ids: string[],
): Promise<{ id: string; name: string; lastFour: string; isRevoked: boolean }[]> {
  if (ids.length === 0) return [];
  return db
    .select({
      id: apiKeys.id,
      name: apiKeys.name,
      lastFour: apiKeys.lastFour,
      isRevoked: sql<boolean>`${apiKeys.revokedAt} is not null`,
    })
    .from(apiKeys)
    .where(and(eq(apiKeys.workspaceId, workspaceId), inArray(apiKeys.id, ids)));
}

/** Returns the names of all people who used the workspace, including former members. A deleted account has no name. */
export async function memberNames(
  db: Db,
  workspaceId: string,
  ids: string[],
): Promise<{ id: string; name: string; isGone: boolean }[]> {
  if (ids.length === 0) return [];
  return db
    .select({ id: users.id, name: users.name, isGone: sql<boolean>`${memberships.userId} is null` })
    .from(users)
    .leftJoin(memberships, and(eq(memberships.workspaceId, workspaceId), eq(memberships.userId, users.id)))
    .where(and(inArray(users.id, ids), belongs(workspaceId)));
}

/** Checks whether a person is a member, or is a former one who has used the workspace. */
export async function isKnown(db: Db, workspaceId: string, userId: string): Promise<boolean> {
  const found = await db
    .select({ id: users.id })
    .from(users)
    .leftJoin(memberships, and(eq(memberships.workspaceId, workspaceId), eq(memberships.userId, users.id)))
    .where(and(eq(users.id, userId), belongs(workspaceId)));
  return found.length > 0;
}

function belongs(workspaceId: string): SQL {
  return sql`(${memberships.userId} is not null or exists (
    select from ${usageHourly} where ${usageHourly.workspaceId} = ${workspaceId} and ${usageHourly.memberId} = ${users.id}))`;
}

const eachTag = sql`tagged.tag`;

function groupColumn(groupBy: Grouping): SQLWrapper | null {
  const { model, operation, route, keyId, memberId } = usage;
  return { none: null, model, operation, route, tag: eachTag, key: keyId, member: memberId }[groupBy];
}

/** Returns the rows of a selection; for tags, one row per tag. */
function groupable(workspaceId: string, selection: Selection, groupBy: Grouping, byHour = false): SQL {
  const rows = usageOf(workspaceId, selection, byHour);
  return groupBy === "tag" ? sql`${rows} left join lateral unnest(${usage.tags}) as tagged (tag) on true` : rows;
}

const idOf = (column: SQLWrapper) => sql<string>`coalesce(${column}::text, '')`;

/** As a number, because sums of integers arrive as text. Every sum here stays below 2^53. */
function sum(what: SQLWrapper) {
  return sql`coalesce(sum(${what}), 0)`.mapWith(Number);
}

// The granularity is one of three words of ours, never text of a client.
const stepOf = (granularity: Granularity) =>
  sql`extract(epoch from date_trunc('${sql.raw(granularity)}', ${usage.hour}, 'UTC'))`.mapWith(
    (seconds: string) => new Date(Number(seconds) * 1000),
  );

const requests = sum(usage.requests);
const cost = sum(usage.cost);

// Adding bucket by bucket is several times as fast as unnesting the arrays and building them again.
const latency = sql`concat_ws(',', ${sql.join(
  Array.from({ length: bucketCount }, (_, i) => sql`coalesce(sum(${usage.latency}[${sql.raw(String(i + 1))}]), 0)`),
  sql`, `,
)})`.mapWith((counts: string) => counts.split(",").map(Number));

const sums = {
  requests,
  errors: sum(usage.errors),
  promptTokens: sum(usage.promptTokens),
  completionTokens: sum(usage.completionTokens),
  cost,
  latency,
  classes: Object.fromEntries(countedClasses.map((name) => [name, sum(usage[columnOf[name]])])) as Record<
    CountedClass,
    SQL<number>
  >,
};
