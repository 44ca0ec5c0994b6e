import { and, asc, desc, eq, gte, lt, type SQL, sql } from "drizzle-orm";
import type { Db } from "@/db/client";
import { apiKeys } from "@/db/schema/keys";
import { usageHourly, usageLedger } from "@/db/schema/usage";
import { decodeCursor, keyParts, type Page, type Place, toPage } from "@/server/api/cursors";
import type { Operation } from "@/server/platform/settings/endpoints";
import type { CountedClass } from "../classes";
import { passing, type Selection } from "../roll-ups/queries";

/**
 * A request, or a training, as members of its workspace see it. `cost` in micro-units, `totalMs` from its arrival to
 * the last byte of its answer.
 */
export type LedgerRequest = {
  id: string;
  at: Date;
  model: string;
  operation: Operation;
  keyId: string | null;
  keyName: string | null;
  status: number;
  errorCode: string | null;
  modelServer: string | null;
  /** The route that the request named, if it named one. */
  route: string | null;
  /** The declared tags of the request, in order; null: none. */
  tags: string[] | null;
  /** The id of the end user; null: the workspace does not look at end users. The name is in `end_users`. */
  endUser: string | null;
  /** The model servers that failed before the one that answered, and how each failed. */
  failover: string | null;
  promptTokens: number;
  completionTokens: number;
  cost: number;
  totalMs: number;
  /** Its tokens and units by class. */
  classes: Record<CountedClass, number>;
};

const pageSize = 25;

/**
 * Returns a page of single requests, newest first. With a filter, only hours that contain matching requests according
 * to the roll-up are read, and only as many as a page can need. So the requests of a key that is used once a month
 * are found among millions.
 */
export async function list(
  db: Db,
  workspaceId: string,
  { span, filters }: Selection,
  place: Place & { endUser?: string | undefined },
): Promise<Page<LedgerRequest>> {
  const isBackward = place.before !== undefined;
  const from = decodeCursor(place.before ?? place.after, [keyParts.instant, keyParts.uuid]);
  const order = isBackward ? asc : desc;
  const key = sql`(${usageLedger.at}, ${usageLedger.id})`;
  const inPlace = from && sql`${key} ${sql.raw(isBackward ? ">" : "<")} (${from[0]}::timestamptz, ${from[1]}::uuid)`;
  const passes = passing(usageLedger, filters);
  const where = and(
    eq(usageLedger.workspaceId, workspaceId),
    gte(usageLedger.at, span.from),
    lt(usageLedger.at, span.to),
    passes,
    place.endUser === undefined ? undefined : eq(usageLedger.endUser, place.endUser),
    inPlace ?? undefined,
  );
  const found = db.select(columns).from(usageLedger).leftJoin(apiKeys, ownKey(workspaceId)).$dynamic();
  // Requests of an end user have an index of their own.
  if (!passes || place.endUser !== undefined) {
    const rows = await found
      .where(where)
      .orderBy(order(usageLedger.at), order(usageLedger.id))
      .limit(pageSize + 1);
    return cut(rows, place);
  }
  const hours = db
    .selectDistinct({ hour: usageHourly.hour })
    .from(usageHourly)
    .where(
      and(
        eq(usageHourly.workspaceId, workspaceId),
        gte(usageHourly.hour, span.from),
        lt(usageHourly.hour, span.to),
        passing(usageHourly, filters),
        hoursInPlace(from?.[0], isBackward),
      ),
    )
    .orderBy(order(usageHourly.hour))
    // The hour of the cursor may have no more matching requests, so one more than a page is read.
    .limit(pageSize + 2)
    .as("hours");
  const rows = await found
    .innerJoin(hours, sql`${usageLedger.at} >= ${hours.hour} and ${usageLedger.at} < ${hours.hour} + interval '1 hour'`)
    .where(where)
    .orderBy(order(hours.hour), order(usageLedger.at), order(usageLedger.id))
    .limit(pageSize + 1);
  return cut(rows, place);
}

/**
 * Returns when the newest request of the last hour was settled, as text in the precision by which the ledger is
 * ordered; null: there is none. It tells whether there is something new.
 */
export async function latest(db: Db, workspaceId: string): Promise<string | null> {
  const [row] = await db
    .select({ at: sql<string>`${usageLedger.at}::text` })
    .from(usageLedger)
    .where(and(eq(usageLedger.workspaceId, workspaceId), sql`${usageLedger.at} > now() - interval '1 hour'`))
    .orderBy(desc(usageLedger.at))
    .limit(1);
  return row?.at ?? null;
}

/** Returns the newest requests of the last 14 days, at most `limit`. */
export async function newest(db: Db, workspaceId: string, limit: number): Promise<LedgerRequest[]> {
  const rows = await db
    .select(columns)
    .from(usageLedger)
    .leftJoin(apiKeys, ownKey(workspaceId))
    .where(and(eq(usageLedger.workspaceId, workspaceId), sql`${usageLedger.at} > now() - interval '14 days'`))
    .orderBy(desc(usageLedger.at), desc(usageLedger.id))
    .limit(limit);
  return rows.map(({ sortKey, ...request }) => request);
}

const columns = {
  id: usageLedger.id,
  at: usageLedger.at,
  // A Date has milliseconds only; the cursor keeps the microseconds that the order depends on.
  sortKey: sql<string>`${usageLedger.at}::text`,
  model: usageLedger.model,
  operation: usageLedger.operation,
  keyId: usageLedger.keyId,
  keyName: apiKeys.name,
  status: usageLedger.status,
  errorCode: usageLedger.errorCode,
  modelServer: usageLedger.modelServer,
  failover: usageLedger.failover,
  route: usageLedger.route,
  tags: usageLedger.tags,
  endUser: usageLedger.endUser,
  promptTokens: usageLedger.promptTokens,
  completionTokens: usageLedger.completionTokens,
  cost: usageLedger.cost,
  totalMs: usageLedger.totalMs,
  classes: {
    ...{ cacheRead: usageLedger.cacheReadTokens, cacheWrite: usageLedger.cacheWriteTokens },
    ...{ audioInput: usageLedger.audioInputTokens, imageInput: usageLedger.imageInputTokens },
    ...{ reasoning: usageLedger.reasoningTokens, audioOutput: usageLedger.audioOutputTokens },
    ...{ second: usageLedger.seconds, image: usageLedger.images },
    ...{ page: usageLedger.pages, character: usageLedger.characters },
  },
};

function ownKey(workspaceId: string): SQL | undefined {
  return and(eq(apiKeys.workspaceId, workspaceId), eq(apiKeys.id, usageLedger.keyId));
}

function hoursInPlace(at: string | undefined, isBackward: boolean): SQL | undefined {
  if (at === undefined) return undefined;
  const hour = sql`date_trunc('hour', ${at}::timestamptz, 'UTC')`;
  return isBackward ? gte(usageHourly.hour, hour) : sql`${usageHourly.hour} <= ${hour}`;
}

function cut(rows: (LedgerRequest & { sortKey: string })[], place: Place): Page<LedgerRequest> {
  const page = toPage(rows, pageSize, place, (row) => [row.sortKey, row.id]);
  return { ...page, rows: page.rows.map(({ sortKey, ...request }) => request) };
}
