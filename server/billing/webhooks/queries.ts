import { and, asc, desc, eq, lt, lte, sql } from "drizzle-orm";
import type { Db } from "@/db/client";
import { auditEvents } from "@/db/schema/audit";
import { alertWebhooks, webhookDeliveries } from "@/db/schema/webhooks";

/** Returns the webhook of a workspace; undefined: it has none. */
export async function find(db: Db, workspaceId: string) {
  const [row] = await db.select().from(alertWebhooks).where(eq(alertWebhooks.workspaceId, workspaceId));
  return row;
}

/** Sets the webhook of a workspace, in place of the earlier one. */
export async function set(
  db: Db,
  workspaceId: string,
  values: Pick<typeof alertWebhooks.$inferInsert, "host" | "urlSealed" | "secretSealed" | "setBy">,
): Promise<void> {
  await db
    .insert(alertWebhooks)
    .values({ workspaceId, ...values })
    .onConflictDoUpdate({ target: alertWebhooks.workspaceId, set: { ...values, createdAt: sql`now()` } });
}

/**
 * Returns the webhook of a workspace if this member set it up or took it over; undefined: another member did, or there
 * is none. Who set up an older one is in the audit log.
 */
export async function ofMember(db: Db, workspaceId: string, userId: string): Promise<{ host: string } | undefined> {
  const setLast = db
    .select({ actorId: auditEvents.actorId })
    .from(auditEvents)
    .where(and(eq(auditEvents.workspaceId, workspaceId), eq(auditEvents.action, "spend.webhook_set")))
    .orderBy(desc(auditEvents.at), desc(auditEvents.id))
    .limit(1);
  const [row] = await db
    .select({ host: alertWebhooks.host })
    .from(alertWebhooks)
    .where(
      and(eq(alertWebhooks.workspaceId, workspaceId), sql`coalesce(${alertWebhooks.setBy}, (${setLast})) = ${userId}`),
    );
  return row;
}

/** Passes the webhook to another member; null: it is no member's any more. */
export async function passOn(db: Db, workspaceId: string, to: string | null): Promise<void> {
  await db.update(alertWebhooks).set({ setBy: to }).where(eq(alertWebhooks.workspaceId, workspaceId));
}

/** Removes the webhook and its pending deliveries. Returns its host; undefined: there was none. */
export async function remove(db: Db, workspaceId: string): Promise<string | undefined> {
  await db
    .delete(webhookDeliveries)
    .where(and(eq(webhookDeliveries.workspaceId, workspaceId), eq(webhookDeliveries.status, "queued")));
  const [row] = await db
    .delete(alertWebhooks)
    .where(eq(alertWebhooks.workspaceId, workspaceId))
    .returning({ host: alertWebhooks.host });
  return row?.host;
}

/**
 * Inserts a delivery, in the transaction of the event that it reports.
 *
 * @param heldForMs how long the caller has to post it itself before a worker does; without it, it is due at once
 */
export async function enqueue(
  db: Db,
  workspaceId: string,
  { kind, body }: { kind: "alert" | "test"; body: string },
  heldForMs = 0,
): Promise<string> {
  const held = { dueAt: sql`now() + make_interval(secs => ${heldForMs / 1_000})`, attempts: heldForMs > 0 ? 1 : 0 };
  const [row] = await db
    .insert(webhookDeliveries)
    .values({ workspaceId, kind, body, ...held })
    .returning({ id: webhookDeliveries.id });
  return row?.id ?? "";
}

/** Returns the latest deliveries, at most 20. */
export async function latest(db: Db, workspaceId: string) {
  return db
    .select({
      id: webhookDeliveries.id,
      kind: webhookDeliveries.kind,
      status: webhookDeliveries.status,
      attempts: webhookDeliveries.attempts,
      createdAt: webhookDeliveries.createdAt,
      settledAt: webhookDeliveries.settledAt,
      answer: webhookDeliveries.answer,
      lastError: webhookDeliveries.lastError,
    })
    .from(webhookDeliveries)
    .where(eq(webhookDeliveries.workspaceId, workspaceId))
    .orderBy(desc(webhookDeliveries.createdAt), desc(webhookDeliveries.id))
    .limit(20);
}

/** Lists workspaces with due deliveries, at most `limit`. For the job. */
export async function listDue(db: Db, limit: number): Promise<string[]> {
  await db.execute(sql`select set_config('app.job', 'webhooks', true)`);
  const rows = await db
    .selectDistinct({ workspaceId: webhookDeliveries.workspaceId })
    .from(webhookDeliveries)
    .where(isDue)
    .limit(limit);
  return rows.map(({ workspaceId }) => workspaceId);
}

/** Lists workspaces with deliveries that were settled more than 30 days ago, at most `limit`. For the job. */
export async function listOld(db: Db, limit: number): Promise<string[]> {
  await db.execute(sql`select set_config('app.job', 'webhooks', true)`);
  const rows = await db
    .selectDistinct({ workspaceId: webhookDeliveries.workspaceId })
    .from(webhookDeliveries)
    .where(isOld)
    .limit(limit);
  return rows.map(({ workspaceId }) => workspaceId);
}

/** Deletes a workspace's deliveries that were settled more than 30 days ago. Returns how many. */
export async function forgetOld(db: Db, workspaceId: string): Promise<number> {
  const rows = await db
    .delete(webhookDeliveries)
    .where(and(eq(webhookDeliveries.workspaceId, workspaceId), isOld))
    .returning({ id: webhookDeliveries.id });
  return rows.length;
}

export type ClaimedDelivery = { id: string; attempts: number; body: string; isLast: boolean };

/**
 * Locks up to `limit` due deliveries of a workspace for this worker for a minute. `isLast`: this is the last attempt.
 */
export async function claim(db: Db, workspaceId: string, limit: number): Promise<ClaimedDelivery[]> {
  const due = db
    .select({ id: webhookDeliveries.id })
    .from(webhookDeliveries)
    .where(and(eq(webhookDeliveries.workspaceId, workspaceId), isDue))
    .orderBy(asc(webhookDeliveries.dueAt))
    .limit(limit)
    .for("update", { skipLocked: true });
  const rows = await db
    .update(webhookDeliveries)
    .set({ dueAt: sql`now() + interval '1 minute'`, attempts: sql`${webhookDeliveries.attempts} + 1` })
    .where(and(eq(webhookDeliveries.workspaceId, workspaceId), sql`${webhookDeliveries.id} in (${due})`))
    .returning({
      id: webhookDeliveries.id,
      attempts: webhookDeliveries.attempts,
      body: webhookDeliveries.body,
      isLast: sql<boolean>`${webhookDeliveries.createdAt} < now() - interval '23 hours'`,
    });
  return rows.map(({ body, ...row }) => ({ ...row, body: body ?? "" }));
}

/** The result of an attempt: the HTTP status, and a sentence about what went wrong. */
export type Outcome = { answer: number | null; error: string | null };

/** Marks a delivery as finished and deletes its body. */
export async function settle(
  db: Db,
  workspaceId: string,
  id: string,
  status: "delivered" | "failed",
  { answer, error }: Outcome,
): Promise<void> {
  await db
    .update(webhookDeliveries)
    .set({ status, body: null, settledAt: sql`now()`, answer, lastError: error })
    .where(one(workspaceId, id));
}

/** Schedules another attempt. */
export async function postpone(
  db: Db,
  workspaceId: string,
  id: string,
  seconds: number,
  { answer, error }: Outcome,
): Promise<void> {
  await db
    .update(webhookDeliveries)
    .set({ dueAt: sql`now() + make_interval(secs => ${seconds})`, answer, lastError: error })
    .where(one(workspaceId, id));
}

const isDue = and(eq(webhookDeliveries.status, "queued"), lte(webhookDeliveries.dueAt, sql`now()`));
const isOld = lt(webhookDeliveries.settledAt, sql`now() - interval '30 days'`);

const one = (workspaceId: string, id: string) =>
  and(
    eq(webhookDeliveries.workspaceId, workspaceId),
    eq(webhookDeliveries.id, id),
    eq(webhookDeliveries.status, "queued"),
  );
