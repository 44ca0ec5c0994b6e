import { and, asc, count, desc, eq, gt, type SQL, sql } from "drizzle-orm";
import type { Db } from "@/db/client";
import { auditEvents, auditSeals, auditUnsealed } from "@/db/schema/audit";
import { workspacesWithRows } from "@/db/workspaces-with-rows";
import type { SealedEvent } from "../chain";

/** A link of the chain. */
export type Seal = { sequence: number; eventId: string; hash: Buffer };

/** Lists workspaces with unsealed events, in no particular order, each once. */
export async function listDue(db: Db, limit: number): Promise<string[]> {
  await db.execute(sql`select set_config('app.job', 'audit-seal', true)`);
  return workspacesWithRows(db, auditUnsealed, limit);
}

/** Takes the lock for sealing in a workspace until the transaction ends. Returns false when another instance has it. */
export async function takeTurn(db: Db, workspaceId: string): Promise<boolean> {
  const [row] = await db.execute<{ mine: boolean }>(
    sql`select pg_try_advisory_xact_lock(hashtextextended(${`audit-seal ${workspaceId}`}, 0)) as mine`,
  );
  return row?.mine === true;
}

/** Returns the last link of the chain; undefined before the first. */
export async function head(db: Db, workspaceId: string): Promise<Seal | undefined> {
  const [row] = await db
    .select(link)
    .from(auditSeals)
    .where(eq(auditSeals.workspaceId, workspaceId))
    .orderBy(desc(auditSeals.sequence))
    .limit(1);
  return row;
}

/** Returns events that are not sealed yet, the oldest first. */
export async function listUnsealed(db: Db, workspaceId: string, limit: number): Promise<SealedEvent[]> {
  return db
    .select(sealed)
    .from(auditUnsealed)
    .innerJoin(auditEvents, isEventOf(auditUnsealed))
    .where(eq(auditUnsealed.workspaceId, workspaceId))
    .orderBy(asc(auditUnsealed.at), asc(auditUnsealed.eventId))
    .limit(limit);
}

/** Appends links to the chain and removes their events, given with their times, from the unsealed ones. */
export async function append(db: Db, workspaceId: string, seals: (Seal & { happenedAt: string })[]): Promise<void> {
  const links = JSON.stringify(seals.map(({ hash, ...each }) => ({ ...each, hash: hash.toString("hex") })));
  await db.execute(sql`
    insert into ${auditSeals} (workspace_id, sequence, event_id, hash)
    select ${workspaceId}::uuid, s.sequence, s."eventId", decode(s.hash, 'hex')
    from jsonb_to_recordset(${links}::jsonb) s (sequence bigint, "eventId" uuid, hash text)`);
  await db.execute(sql`
    delete from ${auditUnsealed} u using jsonb_to_recordset(${links}::jsonb) s ("eventId" uuid, "happenedAt" timestamptz)
    where u.workspace_id = ${workspaceId} and u.at = s."happenedAt" and u.event_id = s."eventId"`);
}

/** Returns the links after a given one, in order, each with the event that it seals, or null when the event is gone. */
export async function listLinks(
  db: Db,
  workspaceId: string,
  after: number,
  limit: number,
): Promise<(Seal & { event: SealedEvent | null })[]> {
  const rows = await db
    .select({ ...link, event: sealed })
    .from(auditSeals)
    .leftJoin(auditEvents, isEventOf(auditSeals))
    .where(and(eq(auditSeals.workspaceId, workspaceId), gt(auditSeals.sequence, after)))
    .orderBy(asc(auditSeals.sequence))
    .limit(limit);
  return rows.map(({ event, ...rest }) => ({ ...rest, event: event?.id ? (event as SealedEvent) : null }));
}

/**
 * Searches a batch of events, in the order of their ids, for one that is neither sealed nor waiting to be sealed; the
 * application never leaves such an event.
 *
 * @returns that event, if there is one, and the id after which to continue; null: this was the last batch
 */
export async function findLoose(
  db: Db,
  workspaceId: string,
  after: string | undefined,
  limit: number,
): Promise<{ loose: SealedEvent | undefined; last: string | null }> {
  const rows = await db
    .select({ ...sealed, isLoose: sql<boolean>`${auditSeals.eventId} is null and ${auditUnsealed.eventId} is null` })
    .from(auditEvents)
    .leftJoin(auditSeals, isEventOf(auditSeals))
    .leftJoin(auditUnsealed, and(isEventOf(auditUnsealed), eq(auditUnsealed.at, auditEvents.at)))
    .where(and(eq(auditEvents.workspaceId, workspaceId), after ? gt(auditEvents.id, after) : undefined))
    .orderBy(asc(auditEvents.id))
    .limit(limit);
  return {
    loose: rows.find(({ isLoose }) => isLoose),
    last: rows.length === limit ? (rows.at(-1)?.id ?? null) : null,
  };
}

/** Returns the number of events that wait to be sealed. */
export async function countUnsealed(db: Db, workspaceId: string): Promise<number> {
  const [row] = await db.select({ n: count() }).from(auditUnsealed).where(eq(auditUnsealed.workspaceId, workspaceId));
  return row?.n ?? 0;
}

const link = { sequence: auditSeals.sequence, eventId: auditSeals.eventId, hash: auditSeals.hash };

const sealed = {
  workspaceId: auditEvents.workspaceId,
  id: auditEvents.id,
  at: sql<string>`to_char(${auditEvents.at} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`,
  actorId: auditEvents.actorId,
  action: auditEvents.action,
  targetType: auditEvents.targetType,
  targetId: auditEvents.targetId,
  before: auditEvents.before,
  after: auditEvents.after,
  ip: auditEvents.ip,
  userAgent: auditEvents.userAgent,
  requestId: auditEvents.requestId,
};

function isEventOf(table: typeof auditSeals | typeof auditUnsealed): SQL | undefined {
  return and(eq(auditEvents.workspaceId, table.workspaceId), eq(auditEvents.id, table.eventId));
}
