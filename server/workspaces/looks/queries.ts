import { and, desc, eq, gt, or, type SQL, sql } from "drizzle-orm";
import type { Db } from "@/db/client";
import { isGranted, looks } from "@/db/schema/looks";
import { users } from "@/db/schema/people";
import { memberships } from "@/db/schema/workspaces";
import { once } from "@/db/written";

export type LookStatus = (typeof looks.$inferSelect)["status"];

/** The condition for a pending request: it can be answered within a week. */
const isWaiting = and(eq(looks.status, "pending"), gt(looks.createdAt, sql`now() - interval '7 days'`));

/** The end of a grant: one hour after the Admin gives it, or the end of the Admin's own membership before that. */
const anHour = (workspaceId: string, adminId: string) =>
  sql`least(now() + interval '1 hour', (select m.ends_at from ${memberships} m
    where m.workspace_id = ${workspaceId} and m.user_id = ${adminId}))`;

const columns = {
  id: looks.id,
  operatorId: looks.operatorId,
  name: users.name,
  email: users.email,
  reason: looks.reason,
  /**
   * The present status: a request that was not answered in time counts as declined, a grant whose time is over as
   * ended.
   */
  status: sql<LookStatus>`case when ${looks.status} = 'pending' and not (${isWaiting}) then 'declined'
    when ${looks.status} = 'granted' and not (${isGranted}) then 'ended' else ${looks.status} end`,
  createdAt: looks.createdAt,
  endsAt: looks.endsAt,
  settledAt: looks.settledAt,
};

const select = (db: Db, condition: SQL | undefined) =>
  db.select(columns).from(looks).innerJoin(users, eq(users.id, looks.operatorId)).where(condition).$dynamic();

const open = once(["workspaceId"], (db, of) =>
  select(db, and(eq(looks.workspaceId, of.workspaceId), or(isWaiting, isGranted)))
    .orderBy(desc(looks.createdAt), desc(looks.id))
    .limit(10),
);

/** Returns the pending requests and the current grants, at most 10. */
export const listOpen = (db: Db, workspaceId: string) => open(db, { workspaceId });

/** Returns the latest requests with their outcomes, at most 20. */
export async function listLatest(db: Db, workspaceId: string) {
  return select(db, eq(looks.workspaceId, workspaceId)).orderBy(desc(looks.createdAt), desc(looks.id)).limit(20);
}

/** Returns one request. */
export async function find(db: Db, workspaceId: string, id: string) {
  const [row] = await select(db, and(eq(looks.workspaceId, workspaceId), eq(looks.id, id)));
  return row;
}

/**
 * Stores an operator's request, replacing one that was not answered in time. Undefined: they already have a pending
 * request or a current grant. The caller holds the workspace's lock.
 */
export async function ask(db: Db, workspaceId: string, operatorId: string, reason: string) {
  const ofOperator = and(eq(looks.workspaceId, workspaceId), eq(looks.operatorId, operatorId));
  const [open] = await db
    .select({ id: looks.id })
    .from(looks)
    .where(and(ofOperator, or(isWaiting, isGranted)));
  if (open) return undefined;
  await db
    .update(looks)
    .set({ status: "declined" })
    .where(and(ofOperator, eq(looks.status, "pending")));
  const [row] = await db.insert(looks).values({ workspaceId, operatorId, reason }).returning({ id: looks.id });
  return row?.id;
}

/** Answers a pending request. Undefined: it is not pending any more. Of several answers at once only one counts. */
export async function answer(db: Db, workspaceId: string, id: string, by: string, isGrant: boolean) {
  const [row] = await db
    .update(looks)
    .set({
      status: isGrant ? "granted" : "declined",
      endsAt: isGrant ? anHour(workspaceId, by) : null,
      settledAt: sql`now()`,
      settledBy: by,
    })
    .where(and(eq(looks.workspaceId, workspaceId), eq(looks.id, id), isWaiting))
    .returning({ endsAt: looks.endsAt });
  return row;
}

/** Ends a current grant, from the commit on. Undefined: there is none. */
export async function end(db: Db, workspaceId: string, id: string, by: string) {
  const [row] = await db
    .update(looks)
    .set({ status: "ended", endsAt: sql`now()`, settledAt: sql`now()`, settledBy: by })
    .where(and(eq(looks.workspaceId, workspaceId), eq(looks.id, id), isGranted))
    .returning({ id: looks.id });
  return row;
}

/** Withdraws an operator's request or ends their grant. Returns which of the two; undefined: there was neither. */
export async function leave(db: Db, workspaceId: string, operatorId: string) {
  const [row] = await db
    .update(looks)
    .set({
      status: sql`case ${looks.status} when 'pending' then 'withdrawn' else 'ended' end`,
      endsAt: sql`case ${looks.status} when 'pending' then null else now() end`,
      settledAt: sql`now()`,
      settledBy: operatorId,
    })
    .where(and(eq(looks.workspaceId, workspaceId), eq(looks.operatorId, operatorId), or(isWaiting, isGranted)))
    .returning({ id: looks.id, status: looks.status });
  return row;
}
