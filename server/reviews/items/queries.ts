import { and, asc, count, desc, eq, isNotNull, isNull, type SQL, sql } from "drizzle-orm";
import type { Db } from "@/db/client";
import { inKeyState } from "@/db/key-states";
import { auditEvents } from "@/db/schema/audit";
import { apiKeys } from "@/db/schema/keys";
import { users } from "@/db/schema/people";
import { accessReviewItems, accessReviews, type ReviewDecision } from "@/db/schema/reviews";
import { isLiveMembership, memberships } from "@/db/schema/workspaces";
import { decodeCursor, keyParts, type Page, type Place, toPage } from "@/server/api/cursors";
import { mostPrinted } from "../input";

export type Kind = "member" | "key";
export type Item = { reviewId: string; kind: Kind; subject: string };

const pageSize = 50;

const ofReview = (workspaceId: string, reviewId: string) =>
  and(eq(accessReviewItems.workspaceId, workspaceId), eq(accessReviewItems.reviewId, reviewId));

const one = (workspaceId: string, { reviewId, kind, subject }: Item) =>
  and(ofReview(workspaceId, reviewId), eq(accessReviewItems.kind, kind), eq(accessReviewItems.subject, subject));

const memberId = sql`case when ${accessReviewItems.kind} = 'member' then ${accessReviewItems.personId} end`;
const keyId = sql`case when ${accessReviewItems.kind} = 'key' then ${accessReviewItems.subject} end`;

/**
 * Returns a page of a review's members or keys, the longest unused first. The page of a closed review is longer, for
 * printing.
 */
export async function list(
  db: Db,
  workspaceId: string,
  query: Place & { reviewId: string; kind: Kind; isUndecided: boolean; isClosed: boolean },
) {
  const { reviewId, kind, isUndecided, isClosed, ...place } = query;
  const size = isClosed ? mostPrinted : pageSize;
  const isBackward = place.before !== undefined;
  const from = decodeCursor(place.before ?? place.after, [keyParts.instant, keyParts.name]);
  const direction = isBackward ? desc : asc;
  const rows = await db
    .select({
      subject: accessReviewItems.subject,
      reasons: accessReviewItems.reasons,
      role: accessReviewItems.role,
      since: accessReviewItems.since,
      isUsed: accessReviewItems.isUsed,
      decision: accessReviewItems.decision,
      decidedAt: accessReviewItems.decidedAt,
      decidedBy: sql<
        string | null
      >`(select d.name from users d where d.id = ${accessReviewItems.decidedBy} and d.deleted_at is null)`,
      restoredAt: accessReviewItems.restoredAt,
      personName: sql<string>`case when ${users.deletedAt} is null then ${users.name} else '' end`,
      personEmail: sql<string>`case when ${users.deletedAt} is null then coalesce(${users.email}, '') else '' end`,
      keyName: sql<string>`coalesce(${apiKeys.name}, '')`,
      lastFour: sql<string>`coalesce(${apiKeys.lastFour}, '')`,
      isService: sql<boolean>`coalesce(${apiKeys.isService}, false)`,
      // Whether the member or key has access now.
      isLive: sql<boolean>`case when ${accessReviewItems.kind} = 'key' then coalesce(${inKeyState.active}, false)
        else ${memberships.userId} is not null end`,
      sortKey: sql<string>`${accessReviewItems.since}::text`,
    })
    .from(accessReviewItems)
    .leftJoin(apiKeys, and(eq(apiKeys.workspaceId, workspaceId), eq(apiKeys.id, keyId)))
    .leftJoin(users, eq(users.id, accessReviewItems.personId))
    .leftJoin(
      memberships,
      and(eq(memberships.workspaceId, workspaceId), eq(memberships.userId, memberId), isLiveMembership),
    )
    .where(
      and(
        ofReview(workspaceId, reviewId),
        eq(accessReviewItems.kind, kind),
        isUndecided ? isNull(accessReviewItems.decision) : undefined,
        from
          ? sql`(${accessReviewItems.since}, ${accessReviewItems.subject}) ${sql.raw(isBackward ? "<" : ">")} (${from[0]}::timestamptz, ${from[1]})`
          : undefined,
      ),
    )
    .orderBy(direction(accessReviewItems.since), direction(accessReviewItems.subject))
    .limit(size + 1);
  const page: Page<(typeof rows)[number]> = toPage(rows, size, place, (row) => [row.sortKey, row.subject]);
  return { ...page, rows: page.rows.map(({ sortKey, ...item }) => item) };
}

/** Returns the number of a review's members and keys by decision; undecided ones have null. */
export function counts(
  db: Db,
  workspaceId: string,
  reviewId: string,
): Promise<{ kind: Kind; decision: ReviewDecision | null; n: number }[]> {
  return db
    .select({ kind: accessReviewItems.kind, decision: accessReviewItems.decision, n: count() })
    .from(accessReviewItems)
    .where(ofReview(workspaceId, reviewId))
    .groupBy(accessReviewItems.kind, accessReviewItems.decision);
}

/** Returns an item and locks it until the transaction ends. */
export async function hold(db: Db, workspaceId: string, item: Item) {
  const [row] = await db
    .select({
      decision: accessReviewItems.decision,
      restoredAt: accessReviewItems.restoredAt,
      endsAtBefore: accessReviewItems.endsAtBefore,
    })
    .from(accessReviewItems)
    .where(one(workspaceId, item))
    .for("update");
  return row;
}

/** Stores the decision about a locked, undecided item. */
export async function decide(
  db: Db,
  workspaceId: string,
  item: Item,
  { decision, by, endsAtBefore = null }: { decision: ReviewDecision; by: string | null; endsAtBefore?: Date | null },
): Promise<void> {
  await db
    .update(accessReviewItems)
    .set({ decision, decidedBy: by, decidedAt: sql`now()`, endsAtBefore })
    .where(and(one(workspaceId, item), isNull(accessReviewItems.decision)));
  await db
    .update(accessReviews)
    .set({ undecided: sql`${accessReviews.undecided} - 1` })
    .where(and(eq(accessReviews.workspaceId, workspaceId), eq(accessReviews.id, item.reviewId)));
}

/** Notes that an item that was disabled at the end of a review is restored. */
export async function noteRestored(db: Db, workspaceId: string, item: Item, by: string): Promise<void> {
  await db.update(accessReviewItems).set({ restoredAt: sql`now()`, restoredBy: by }).where(one(workspaceId, item));
}

/** Returns some undecided items. */
export function undecided(
  db: Db,
  workspaceId: string,
  reviewId: string,
  limit: number,
): Promise<{ kind: Kind; subject: string }[]> {
  return db
    .select({ kind: accessReviewItems.kind, subject: accessReviewItems.subject })
    .from(accessReviewItems)
    .where(and(ofReview(workspaceId, reviewId), isNull(accessReviewItems.decision)))
    .orderBy(asc(accessReviewItems.kind), asc(accessReviewItems.subject))
    .limit(limit);
}

/** The access of a person that will end: their membership, and these of their keys. */
export type Affected = { userId: string; isMember: boolean; keys: number; names: string[] };

const mostNamed = 10;

/** Claims the warnings of some people for this transaction; they are not returned again. */
export async function claimWarnings(db: Db, workspaceId: string, reviewId: string, limit: number): Promise<Affected[]> {
  const waits = and(
    ofReview(workspaceId, reviewId),
    isNull(accessReviewItems.decision),
    isNull(accessReviewItems.warnedAt),
    isNotNull(accessReviewItems.personId),
  ) as SQL;
  const rows = await db.execute<Affected>(sql`
    with people as (select distinct person_id from ${accessReviewItems} where ${waits} order by person_id limit ${limit}),
    warned as (
      update ${accessReviewItems} set warned_at = now() where ${waits} and person_id in (select person_id from people)
      returning kind, subject, person_id)
    select w.person_id as "userId", bool_or(w.kind = 'member') as "isMember", count(*) filter (where w.kind = 'key')::int as keys,
      coalesce((select json_agg(k.name) from (
        select k.name from warned n join ${apiKeys} k on k.workspace_id = ${workspaceId} and k.id = n.subject
        where n.kind = 'key' and n.person_id = w.person_id order by k.name, k.id limit ${mostNamed}) k), '[]') as names
    from warned w group by w.person_id`);
  return [...rows];
}

/** An item in the result of a review. */
type ResultItem = {
  kind: Kind;
  id: string;
  reasons: string[];
  role: string | null;
  since: Date;
  decision: ReviewDecision | null;
  decidedBy: string | null;
  decidedAt: Date | null;
};

/** Returns all items of a review in the order of its result. */
export function whole(db: Db, workspaceId: string, reviewId: string): Promise<ResultItem[]> {
  return db
    .select({
      kind: accessReviewItems.kind,
      id: accessReviewItems.subject,
      reasons: accessReviewItems.reasons,
      role: accessReviewItems.role,
      since: accessReviewItems.since,
      decision: accessReviewItems.decision,
      decidedBy: accessReviewItems.decidedBy,
      decidedAt: accessReviewItems.decidedAt,
    })
    .from(accessReviewItems)
    .where(ofReview(workspaceId, reviewId))
    .orderBy(asc(accessReviewItems.kind), sql`${accessReviewItems.subject} collate "C"`);
}

/** Returns the digest of a review's result in the audit log, and its time; undefined: there is none. */
export async function sealOf(
  db: Db,
  workspaceId: string,
  reviewId: string,
): Promise<{ digest: string; at: Date } | undefined> {
  const [row] = await db
    .select({ digest: sql<string>`coalesce(${auditEvents.after} ->> 'digest', '')`, at: auditEvents.at })
    .from(auditEvents)
    .where(
      and(
        eq(auditEvents.workspaceId, workspaceId),
        sql`${auditEvents.targetId} collate "C" = ${reviewId}`,
        eq(auditEvents.action, "review.closed"),
      ),
    )
    .orderBy(asc(auditEvents.at))
    .limit(1);
  return row;
}
