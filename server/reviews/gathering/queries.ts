import { type SQL, sql } from "drizzle-orm";
import type { Db } from "@/db/client";
import { inKeyState } from "@/db/key-states";
import { apiKeys } from "@/db/schema/keys";
import { accessReviewItems } from "@/db/schema/reviews";
import { memberships } from "@/db/schema/workspaces";
import { staleDays } from "../input";

/** How many members or keys one statement checks. */
const atOnce = 1_000;

type Batch = { added: number; looked: number; last: string | null };
type Gathered = Pick<Batch, "added" | "last"> & { isAll: boolean };

type Place = { reviewId: string; after: string | null; room: number };

/** The last time that a member of the batch `b` signed in or made a request; else the time of joining. */
const lastSeen = (workspaceId: string) => sql`greatest(b.since, (
  select max(k.last_used_at) from ${apiKeys} k
  where k.workspace_id = ${workspaceId} and k.created_by = b.user_id and not k.is_service))`;

const isLong = (moment: SQL) => sql`${moment} < now() - make_interval(days => ${staleDays})`;

/**
 * Adds members to a review who have not signed in to the workspace or made a request for a long time. Checks a batch by
 * id, after `after`, and adds at most `room`. A repeated call adds no member twice.
 */
export async function gatherMembers(db: Db, workspaceId: string, { reviewId, after, room }: Place): Promise<Gathered> {
  return gathered(
    await db.execute<Batch>(sql`
      with b as materialized (
        select user_id, role, coalesce(last_active_at, joined_at) as since, last_active_at is not null as is_used from ${memberships}
        where workspace_id = ${workspaceId} and coalesce(ends_at > now(), true) ${after ? sql`and user_id > ${after}::uuid` : sql``}
        order by user_id limit ${sql.raw(String(atOnce))}),
      seen as (select b.*, ${lastSeen(workspaceId)} as seen_at from b where ${isLong(sql`b.since`)}),
      added as (
        insert into ${accessReviewItems} (workspace_id, review_id, kind, subject, person_id, reasons, role, since, is_used)
        select ${workspaceId}::uuid, ${reviewId}::uuid, 'member', user_id::text, user_id, '{stale}', role, seen_at, is_used or seen_at > since
        from seen where ${isLong(sql`seen_at`)} order by seen.user_id limit ${room}
        on conflict do nothing returning 1)
      select (select count(*)::int from added) as added, (select count(*)::int from b) as looked,
        (select user_id::text from b order by user_id desc limit 1) as last`),
  );
}

const flaws = { idle: inKeyState.idle, "no-expiry": inKeyState["no-expiry"], "no-limit": inKeyState["no-limit"] };

const reasons = sql`array_remove(array[${sql.join(
  Object.entries(flaws).map(([reason, holds]) => sql`case when ${holds} then ${sql.raw(`'${reason}'`)} end`),
  sql`, `,
)}]::text[], null)`;

/** Adds keys to a review in the same way: keys that are not used, that never expire, or that have no limit. */
export async function gatherKeys(db: Db, workspaceId: string, { reviewId, after, room }: Place): Promise<Gathered> {
  return gathered(
    await db.execute<Batch>(sql`
      with b as materialized (
        select id from ${apiKeys} where workspace_id = ${workspaceId} and revoked_at is null ${after ? sql`and id > ${after}` : sql``}
        order by id limit ${sql.raw(String(atOnce))}),
      found as (
        select ${apiKeys.id}, ${apiKeys.createdBy}, ${apiKeys.isService}, ${reasons} as reasons,
          coalesce(${apiKeys.lastUsedAt}, ${apiKeys.createdAt}) as since, ${apiKeys.lastUsedAt} is not null as is_used
        from ${apiKeys} join b on b.id = ${apiKeys.id} where ${apiKeys.workspaceId} = ${workspaceId}),
      added as (
        insert into ${accessReviewItems} (workspace_id, review_id, kind, subject, person_id, reasons, since, is_used)
        select ${workspaceId}::uuid, ${reviewId}::uuid, 'key', id, case when not is_service then created_by end, reasons, since, is_used
        from found where cardinality(reasons) > 0 order by found.id limit ${room}
        on conflict do nothing returning 1)
      select (select count(*)::int from added) as added, (select count(*)::int from b) as looked,
        (select id from b order by id desc limit 1) as last`),
  );
}

function gathered([row]: Batch[]): Gathered {
  return { added: row?.added ?? 0, last: row?.last ?? null, isAll: (row?.looked ?? 0) < atOnce };
}

/** Checks whether a member has still not signed in or made a request for a long time. */
export async function isStale(db: Db, workspaceId: string, userId: string): Promise<boolean> {
  const [row] = await db.execute<{ isStale: boolean }>(sql`
    with b as (
      select user_id, coalesce(last_active_at, joined_at) as since from ${memberships}
      where workspace_id = ${workspaceId} and user_id = ${userId}::uuid)
    select ${isLong(lastSeen(workspaceId))} as "isStale" from b`);
  return row?.isStale ?? false;
}

/** Checks whether a key still has a reason to be in a review. */
export async function isFlawed(db: Db, workspaceId: string, keyId: string): Promise<boolean> {
  const [row] = await db.execute<{ isFlawed: boolean }>(sql`
    select cardinality(${reasons}) > 0 as "isFlawed" from ${apiKeys}
    where ${apiKeys.workspaceId} = ${workspaceId} and ${apiKeys.id} = ${keyId}`);
  return row?.isFlawed ?? false;
}
