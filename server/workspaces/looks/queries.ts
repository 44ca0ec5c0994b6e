import { and, desc, eq, gt, or, type SQL, sql } from "drizzle-orm";
import type { Db } from "@/db/client";
import { isGranted, looks } from "@/db/schema/looks";
import { users } from "@/db/schema/people";
import { once } from "@/db/written";

export type LookStatus = (typeof looks.$inferSelect)["status"];

/** A request that waits is answered within a week, or not at all. */
const isWaiting = and(eq(looks.status, "pending"), gt(looks.createdAt, sql`now() - interval '7 days'`));

/** An hour, from the moment in which an Admin grants it. */
const anHour = sql`now() + interval '1 hour'`;

const columns = {
  id: looks.id,
  operatorId: looks.operatorId,
  name: users.name,
  email: users.email,
  reason: looks.reason,
  /** As it is now: a request without an answer in time counts as declined, a grant whose time is over as ended. */
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

/** Returns the requests that wait and the grants that hold, at most 10. */
export const listOpen = (db: Db, workspaceId: string) => open(db, { workspaceId });

/** Returns the latest requests, with what became of them, at most 20. */
export async function listLatest(db: Db, workspaceId: string) {
  return select(db, eq(looks.workspaceId, workspaceId)).orderBy(desc(looks.createdAt), desc(looks.id)).limit(20);
}

/** Returns one request. */
export async function find(db: Db, workspaceId: string, id: string) {
  const [row] = await select(db, and(eq(looks.workspaceId, workspaceId), eq(looks.id, id)));
  return row;
}

/** Leaves a request, in place of one that was not answered in time. Undefined when one waits, or a grant holds. The caller holds the workspace's lock. */
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

/** Answers a request that waits. Undefined when none does any more: of any number of answers at once one counts. */
export async function answer(db: Db, workspaceId: string, id: string, by: string, isGrant: boolean) {
  const [row] = await db
    .update(looks)
    .set({
      status: isGrant ? "granted" : "declined",
      endsAt: isGrant ? anHour : null,
      settledAt: sql`now()`,
      settledBy: by,
    })
    .where(and(eq(looks.workspaceId, workspaceId), eq(looks.id, id), isWaiting))
    .returning({ endsAt: looks.endsAt });
  return row;
}

/** Ends a grant that holds, from this statement's commit on. Undefined when none does. */
export async function end(db: Db, workspaceId: string, id: string, by: string) {
  const [row] = await db
    .update(looks)
    .set({ status: "ended", endsAt: sql`now()`, settledAt: sql`now()`, settledBy: by })
    .where(and(eq(looks.workspaceId, workspaceId), eq(looks.id, id), isGranted))
    .returning({ id: looks.id });
  return row;
}

/** Takes an operator's request back, or ends what they were granted. Returns which of both; undefined when there was neither. */
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
