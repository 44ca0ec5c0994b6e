import { and, asc, desc, eq, isNull, lte, sql } from "drizzle-orm";
import type { Db } from "@/db/client";
import { accessReviews, type reviewPhases } from "@/db/schema/reviews";
import { workspaces } from "@/db/schema/workspaces";
import { decodeCursor, keyParts, type Page, type Place, toPage } from "@/server/api/cursors";
import { reviewDays, warningDays } from "./input";

const columns = {
  id: accessReviews.id,
  startedAt: accessReviews.startedAt,
  startedBy: accessReviews.startedBy,
  startedByName: sql<
    string | null
  >`(select u.name from users u where u.id = ${accessReviews.startedBy} and u.deleted_at is null)`,
  dueAt: accessReviews.dueAt,
  phase: accessReviews.phase,
  gatheredTo: accessReviews.gatheredTo,
  isCut: accessReviews.isCut,
  members: accessReviews.members,
  keys: accessReviews.keys,
  undecided: accessReviews.undecided,
  closedAt: accessReviews.closedAt,
};

type Phase = (typeof reviewPhases)[number];

export type Review = {
  id: string;
  startedAt: Date;
  startedBy: string | null;
  startedByName: string | null;
  dueAt: Date;
  phase: Phase;
  gatheredTo: string | null;
  isCut: boolean;
  members: number;
  keys: number;
  undecided: number;
  closedAt: Date | null;
};

const pageSize = 20;

/** Returns a page of a workspace's reviews, the latest first. */
export async function list(db: Db, workspaceId: string, place: Place): Promise<Page<Review>> {
  const isBackward = place.before !== undefined;
  const from = decodeCursor(place.before ?? place.after, [keyParts.instant, keyParts.uuid]);
  const direction = isBackward ? asc : desc;
  const rows = await db
    .select({ ...columns, sortKey: sql<string>`${accessReviews.startedAt}::text` })
    .from(accessReviews)
    .where(
      and(
        eq(accessReviews.workspaceId, workspaceId),
        from
          ? sql`(${accessReviews.startedAt}, ${accessReviews.id}) ${sql.raw(isBackward ? ">" : "<")} (${from[0]}::timestamptz, ${from[1]}::uuid)`
          : undefined,
      ),
    )
    .orderBy(direction(accessReviews.startedAt), direction(accessReviews.id))
    .limit(pageSize + 1);
  const page = toPage(rows, pageSize, place, (row) => [row.sortKey, row.id]);
  return { ...page, rows: page.rows.map(({ sortKey, ...review }) => review) };
}

/** Returns a review. */
export async function find(db: Db, workspaceId: string, id: string): Promise<Review | undefined> {
  const [row] = await db.select(columns).from(accessReviews).where(one(workspaceId, id));
  return row;
}

/** Returns a review like `find`, and locks it until the transaction ends. */
export async function hold(db: Db, workspaceId: string, id: string): Promise<Review | undefined> {
  const [row] = await db.select(columns).from(accessReviews).where(one(workspaceId, id)).for("update");
  return row;
}

/** Starts a review. Undefined: there already is an open one. The caller holds the workspace's lock. */
export async function start(
  db: Db,
  workspaceId: string,
  startedBy: string | null,
): Promise<{ id: string; dueAt: Date } | undefined> {
  const [row] = await db
    .insert(accessReviews)
    .values({ workspaceId, startedBy, dueAt: sql`now() + make_interval(days => ${reviewDays})` })
    .onConflictDoNothing()
    .returning({ id: accessReviews.id, dueAt: accessReviews.dueAt });
  return row;
}

/** Returns the reviews with a due step in all workspaces, at most `limit`, the longest due first. For the job. */
export async function listDue(db: Db, limit: number): Promise<{ workspaceId: string; id: string }[]> {
  await db.execute(sql`select set_config('app.job', 'access-reviews', true)`);
  return db
    .select({ workspaceId: accessReviews.workspaceId, id: accessReviews.id })
    .from(accessReviews)
    .where(lte(accessReviews.nextAt, sql`now()`))
    .orderBy(asc(accessReviews.nextAt))
    .limit(limit);
}

/**
 * Locks a review with a due step for this transaction. Undefined: another transaction has it, or it is not due any
 * more.
 */
export async function claim(db: Db, workspaceId: string, id: string): Promise<Review | undefined> {
  const [row] = await db
    .select(columns)
    .from(accessReviews)
    .where(and(one(workspaceId, id), lte(accessReviews.nextAt, sql`now()`)))
    .for("update", { skipLocked: true });
  return row;
}

/** Notes the last member or key that was checked, and how many are in the review. */
export async function noteGathered(
  db: Db,
  workspaceId: string,
  id: string,
  { kind, added, to, isCut }: { kind: "member" | "key"; added: number; to: string; isCut: boolean },
): Promise<void> {
  const counted = kind === "member" ? { members: sql`${accessReviews.members} + ${added}` } : {};
  await db
    .update(accessReviews)
    .set({
      ...(kind === "key" ? { keys: sql`${accessReviews.keys} + ${added}` } : counted),
      undecided: sql`${accessReviews.undecided} + ${added}`,
      gatheredTo: to,
      isCut,
    })
    .where(one(workspaceId, id));
}

/**
 * Moves a review to its next phase. The next step is due at once; for an open review at the time of the warnings, for a
 * warned one at its end.
 */
export async function enter(
  db: Db,
  workspaceId: string,
  id: string,
  phase: Exclude<Phase, "closed">,
): Promise<Date | undefined> {
  const [row] = await db
    .update(accessReviews)
    .set({
      phase,
      gatheredTo: null,
      // Access never ends earlier after the warning than the warning says, even if that is late.
      ...(phase === "warning" ? { dueAt: notBefore(warningDays) } : {}),
      nextAt:
        phase === "open"
          ? sql`${accessReviews.dueAt} - make_interval(days => ${warningDays})`
          : phase === "warned"
            ? accessReviews.dueAt
            : sql`now()`,
    })
    .where(one(workspaceId, id))
    .returning({ dueAt: accessReviews.dueAt });
  return row?.dueAt;
}

/** Postpones a review and its end while its Admins can decide nothing in the workspace. */
export async function putOff(db: Db, workspaceId: string, id: string): Promise<void> {
  await db
    .update(accessReviews)
    .set({ nextAt: sql`now() + interval '1 hour'`, dueAt: notBefore(warningDays) })
    .where(one(workspaceId, id));
}

/** Postpones a review for five minutes after a failure, so that it does not delay the others. */
export async function postpone(db: Db, workspaceId: string, id: string): Promise<void> {
  await db
    .update(accessReviews)
    .set({ nextAt: sql`now() + interval '5 minutes'` })
    .where(and(one(workspaceId, id), isNull(accessReviews.closedAt)));
}

/** Closes a review. */
export async function close(db: Db, workspaceId: string, id: string): Promise<void> {
  await db
    .update(accessReviews)
    .set({ phase: "closed", closedAt: sql`now()`, nextAt: null })
    .where(one(workspaceId, id));
}

/** Returns a workspace that is not deleted, and whether it is suspended. */
export async function workspaceOf(db: Db, workspaceId: string) {
  const [row] = await db
    .select({
      slug: workspaces.slug,
      name: workspaces.name,
      isSuspended: sql<boolean>`${workspaces.suspendedAt} is not null`,
    })
    .from(workspaces)
    .where(and(eq(workspaces.id, workspaceId), isNull(workspaces.deletedAt)));
  return row;
}

const one = (workspaceId: string, id: string) =>
  and(eq(accessReviews.workspaceId, workspaceId), eq(accessReviews.id, id));

const notBefore = (days: number) => sql`greatest(${accessReviews.dueAt}, now() + make_interval(days => ${days}))`;
