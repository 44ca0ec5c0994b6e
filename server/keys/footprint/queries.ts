import { and, desc, eq, gt, inArray, lt, lte, sql } from "drizzle-orm";
import type { Db } from "@/db/client";
import { apiKeys, type footprintKinds, keyFootprints, type NarrowedFrom } from "@/db/schema/keys";

/** Something that a key used: a scope, a model or route, or an address. */
export type Footprint = { keyId: string; kind: (typeof footprintKinds)[number]; value: string };

/** The most values of one kind that are noted per key; further ones are not noted. */
const mostOfAKind = 200;
const keptDays = 90;

/** Notes what keys of a workspace used. All callers write the rows in the same order, so they never deadlock. */
export async function note(db: Db, workspaceId: string, found: Footprint[]): Promise<void> {
  await db.execute(sql`
    insert into ${keyFootprints} (workspace_id, key_id, kind, value)
    select ${workspaceId}, used."keyId", used.kind, used.value
    from jsonb_to_recordset(${JSON.stringify(found)}::jsonb) as used ("keyId" text, kind text, value text)
    where (select count(*) from ${keyFootprints} f
        where f.workspace_id = ${workspaceId} and f.key_id = used."keyId" and f.kind = used.kind) < ${mostOfAKind}
      or exists (select from ${keyFootprints} f
        where f.workspace_id = ${workspaceId} and f.key_id = used."keyId" and f.kind = used.kind and f.value = used.value)
    order by used."keyId", used.kind, used.value
    on conflict (workspace_id, key_id, kind, value) do update set last_at = now()`);
}

/**
 * Lists what a key used in the last `days` days, the latest first. It includes the keys that it took over from,
 * because their programs now use this key. At most 600 rows per key.
 */
export async function list(db: Db, workspaceId: string, keyId: string, days: number) {
  const itself = db
    .select({ countedAs: apiKeys.countedAs, createdAt: apiKeys.createdAt })
    .from(apiKeys)
    .where(and(eq(apiKeys.workspaceId, workspaceId), eq(apiKeys.id, keyId)))
    .as("itself");
  const family = db
    .select({ id: apiKeys.id })
    .from(apiKeys)
    // Only earlier keys of the rotation: a later one may belong to another member.
    .innerJoin(itself, and(eq(apiKeys.countedAs, itself.countedAs), lte(apiKeys.createdAt, itself.createdAt)))
    .where(eq(apiKeys.workspaceId, workspaceId));
  return db
    .select({
      kind: keyFootprints.kind,
      value: keyFootprints.value,
      firstAt: sql<Date>`min(${keyFootprints.firstAt})`.mapWith(keyFootprints.firstAt),
      lastAt: sql<Date>`max(${keyFootprints.lastAt})`.mapWith(keyFootprints.lastAt),
    })
    .from(keyFootprints)
    .where(
      and(
        eq(keyFootprints.workspaceId, workspaceId),
        inArray(keyFootprints.keyId, family),
        gt(keyFootprints.lastAt, sql`now() - make_interval(days => ${days})`),
      ),
    )
    .groupBy(keyFootprints.kind, keyFootprints.value)
    .orderBy(desc(sql`max(${keyFootprints.lastAt})`), keyFootprints.value)
    .limit(mostOfAKind * 3);
}

/**
 * Returns since when the use of a key and its predecessors has been noted, and the settings that it had before it was
 * narrowed.
 */
export async function record(db: Db, workspaceId: string, keyId: string) {
  const [row] = await db
    .select({
      since: sql<Date>`coalesce((select f.footprint_since from api_keys f
        where f.workspace_id = ${apiKeys.workspaceId} and f.id = ${apiKeys.rotatedFrom}), ${apiKeys.footprintSince})`.mapWith(
        apiKeys.footprintSince,
      ),
      narrowedFrom: apiKeys.narrowedFrom,
    })
    .from(apiKeys)
    .where(and(eq(apiKeys.workspaceId, workspaceId), eq(apiKeys.id, keyId)));
  return row;
}

/** Keeps the settings that a key had before it was narrowed. Any later change of the key deletes them. */
export async function rememberNarrowing(db: Db, workspaceId: string, keyId: string, from: NarrowedFrom): Promise<void> {
  await db
    .update(apiKeys)
    .set({ narrowedFrom: from })
    .where(and(eq(apiKeys.workspaceId, workspaceId), eq(apiKeys.id, keyId)));
}

/** Lists workspaces that have notes old enough to be deleted. For the job. */
export async function listForgotten(db: Db, limit: number): Promise<string[]> {
  await db.execute(sql`select set_config('app.job', 'footprints', true)`);
  const rows = await db
    .selectDistinct({ workspaceId: keyFootprints.workspaceId })
    .from(keyFootprints)
    .where(isOld)
    .limit(limit);
  return rows.map(({ workspaceId }) => workspaceId);
}

/** Deletes old notes of a workspace, at most `limit` rows. Returns how many. */
export async function forget(db: Db, workspaceId: string, limit: number): Promise<number> {
  const rows = await db.execute(sql`
    delete from ${keyFootprints} where workspace_id = ${workspaceId} and ctid in (
      select ctid from ${keyFootprints} where workspace_id = ${workspaceId} and ${isOld} limit ${limit}) returning 1`);
  return rows.length;
}

const isOld = lt(keyFootprints.lastAt, sql`now() - make_interval(days => ${keptDays})`);
