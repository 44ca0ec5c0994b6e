import { and, arrayOverlaps, eq, gt, isNull, lt, sql } from "drizzle-orm";
import type { Db } from "@/db/client";
import { keptResponses } from "@/db/schema/responses";
import { workspaces } from "@/db/schema/workspaces";

/** A kept response as the database has it. */
export type SealedResponse = { id: string; sealed: Buffer };

const columns = { id: keptResponses.id, sealed: keptResponses.sealed };
const isThere = gt(keptResponses.expiresAt, sql`now()`);

/** Returns for how many days a workspace has responses kept; null: it does not. */
export async function keptDays(db: Db, workspaceId: string): Promise<number | null> {
  const [row] = await db
    .select({ days: workspaces.responseDays })
    .from(workspaces)
    .where(and(eq(workspaces.id, workspaceId), isNull(workspaces.deletedAt)));
  return row?.days ?? null;
}

/** Returns how many bytes a kept response of the workspace has. */
export async function lengthOf(db: Db, workspaceId: string, id: string): Promise<number | undefined> {
  const [row] = await db
    .select({ bytes: sql<number>`octet_length(${keptResponses.sealed})` })
    .from(keptResponses)
    .where(and(eq(keptResponses.workspaceId, workspaceId), eq(keptResponses.id, id), isThere));
  return row?.bytes;
}

/** Returns how many bytes the kept responses of the workspace have together whose output has one of these items. */
export async function lengthWithItems(db: Db, workspaceId: string, itemIds: string[]): Promise<number> {
  const [row] = await db
    .select({ bytes: sql<number>`coalesce(sum(octet_length(${keptResponses.sealed})), 0)::float8` })
    .from(keptResponses)
    .where(and(eq(keptResponses.workspaceId, workspaceId), arrayOverlaps(keptResponses.itemIds, itemIds), isThere));
  return row?.bytes ?? 0;
}

/** Returns a kept response of the workspace. */
export async function find(db: Db, workspaceId: string, id: string): Promise<SealedResponse | undefined> {
  const [row] = await db
    .select(columns)
    .from(keptResponses)
    .where(and(eq(keptResponses.workspaceId, workspaceId), eq(keptResponses.id, id), isThere));
  return row;
}

/**
 * Lists the kept responses of the workspace whose output has one of these items. Without what is sealed when all together are longer than `most`
 * bytes: no request loads more.
 */
export async function listWithItems(
  db: Db,
  workspaceId: string,
  itemIds: string[],
  most: number,
): Promise<{ id: string; sealed: Buffer | null }[]> {
  const sealed = sql<Buffer | null>`case when sum(octet_length(${keptResponses.sealed})) over () <= ${most} then ${keptResponses.sealed} end`;
  return db
    .select({ id: keptResponses.id, sealed })
    .from(keptResponses)
    .where(and(eq(keptResponses.workspaceId, workspaceId), arrayOverlaps(keptResponses.itemIds, itemIds), isThere));
}

/** Keeps a response for as long as the workspace says at this moment. False when it does not want it kept, or has one of this id. */
export async function keep(
  db: Db,
  workspaceId: string,
  { id, itemIds, sealed }: SealedResponse & { itemIds: string[] },
): Promise<boolean> {
  // Held until the row is there: a workspace that switches it off meanwhile deletes it.
  const [workspace] = await db
    .select({ days: workspaces.responseDays })
    .from(workspaces)
    .where(and(eq(workspaces.id, workspaceId), isNull(workspaces.deletedAt)))
    .for("share");
  const days = workspace?.days ?? null;
  if (days === null) return false;
  const rows = await db
    .insert(keptResponses)
    .values({
      workspaceId,
      id,
      itemIds,
      sealed,
      createdAt: sql`now()`,
      expiresAt: sql`now() + make_interval(days => ${days})`,
    })
    .onConflictDoNothing()
    .returning({ id: keptResponses.id });
  return rows.length > 0;
}

/** Deletes a kept response. Whether there was one. */
export async function remove(db: Db, workspaceId: string, id: string): Promise<boolean> {
  const rows = await db
    .delete(keptResponses)
    .where(and(eq(keptResponses.workspaceId, workspaceId), eq(keptResponses.id, id), isThere))
    .returning({ id: keptResponses.id });
  return rows.length > 0;
}

/** Ends what is kept for longer than a workspace now says; null: all of it. */
export async function shorten(db: Db, workspaceId: string, days: number | null): Promise<void> {
  if (days === null) await db.delete(keptResponses).where(eq(keptResponses.workspaceId, workspaceId));
  else
    await db
      .update(keptResponses)
      .set({ expiresAt: sql`least(expires_at, created_at + make_interval(days => ${days}))` })
      .where(eq(keptResponses.workspaceId, workspaceId));
}

/** Lists workspaces in which some have expired. For the job. */
export async function listExpired(db: Db, limit: number): Promise<string[]> {
  await db.execute(sql`select set_config('app.job', 'responses', true)`);
  const rows = await db
    .selectDistinct({ workspaceId: keptResponses.workspaceId })
    .from(keptResponses)
    .where(lt(keptResponses.expiresAt, sql`now()`))
    .limit(limit);
  return rows.map(({ workspaceId }) => workspaceId);
}

/** Deletes those of a workspace that have expired, at most `limit`. Returns how many. */
export async function deleteExpired(db: Db, workspaceId: string, limit: number): Promise<number> {
  const due = db
    .select({ id: keptResponses.id })
    .from(keptResponses)
    .where(and(eq(keptResponses.workspaceId, workspaceId), lt(keptResponses.expiresAt, sql`now()`)))
    .limit(limit);
  const rows = await db
    .delete(keptResponses)
    .where(and(eq(keptResponses.workspaceId, workspaceId), sql`${keptResponses.id} in (${due})`))
    .returning({ id: keptResponses.id });
  return rows.length;
}
