import { and, asc, count, desc, eq, inArray, isNotNull, isNull, or, type SQL, sql } from "drizzle-orm";
import type { Db } from "@/db/client";
import { apiKeys } from "@/db/schema/keys";
import { limitRequests } from "@/db/schema/limits";
import { users } from "@/db/schema/people";
import { usageHourly } from "@/db/schema/usage";
import { isLiveMembership, memberships } from "@/db/schema/workspaces";
import type { HoursOf } from "@/server/usage/history/queries";

/** A member's request. */
export type Asked = Pick<
  typeof limitRequests.$inferInsert,
  "kind" | "whose" | "measure" | "amount" | "reason" | "audience"
>;

const columns = {
  id: limitRequests.id,
  userId: limitRequests.userId,
  kind: limitRequests.kind,
  whose: limitRequests.whose,
  measure: limitRequests.measure,
  amount: limitRequests.amount,
  reason: limitRequests.reason,
  audience: limitRequests.audience,
  status: limitRequests.status,
  createdAt: limitRequests.createdAt,
};

/**
 * Inserts a request, or changes amount and reason of the pending one. A changed request gets a new id, so that a page
 * with the earlier content cannot approve it.
 *
 * @returns the request's id; undefined when the pending request has the same content
 */
export async function ask(db: Db, workspaceId: string, userId: string, asked: Asked): Promise<string | undefined> {
  const { amount, reason = "", audience } = asked;
  const [row] = await db
    .insert(limitRequests)
    .values({ workspaceId, userId, ...asked })
    .onConflictDoUpdate({
      target: [
        ...[limitRequests.workspaceId, limitRequests.userId, limitRequests.kind],
        ...[limitRequests.whose, limitRequests.measure],
      ],
      targetWhere: sql`status = 'pending'`,
      set: { id: sql`gen_random_uuid()`, amount: amount ?? null, reason, audience },
      setWhere: sql`(${limitRequests.amount}, ${limitRequests.reason}, ${limitRequests.audience})
        is distinct from (excluded.amount, excluded.reason, excluded.audience)`,
    })
    .returning({ id: limitRequests.id });
  return row?.id;
}

/** Returns the pending requests of members, oldest first, at most 100, and their number. */
export async function listPending(db: Db, workspaceId: string) {
  const isPending = and(eq(limitRequests.workspaceId, workspaceId), eq(limitRequests.status, "pending"));
  const isMember = and(
    eq(memberships.workspaceId, workspaceId),
    eq(memberships.userId, limitRequests.userId),
    isLiveMembership,
  );
  const [rows, [counted]] = await Promise.all([
    db
      .select({ ...columns, name: users.name, email: sql<string>`coalesce(${users.email}, '')` })
      .from(limitRequests)
      .innerJoin(memberships, isMember)
      .innerJoin(users, eq(users.id, limitRequests.userId))
      .where(isPending)
      .orderBy(asc(limitRequests.createdAt), asc(limitRequests.id))
      .limit(100),
    db.select({ total: count() }).from(limitRequests).innerJoin(memberships, isMember).where(isPending),
  ]);
  return { rows, total: counted?.total ?? 0 };
}

/** Returns a member's own pending requests, and those answered in the last 30 days, latest first, at most 20. */
export async function listOwn(db: Db, workspaceId: string, userId: string) {
  return db
    .select({ ...columns, settledAt: limitRequests.settledAt })
    .from(limitRequests)
    .where(
      and(
        ofMember(workspaceId, userId),
        or(
          isNull(limitRequests.settledAt),
          sql`(${limitRequests.status} <> 'withdrawn' and ${limitRequests.settledAt} > now() - interval '30 days')`,
        ),
      ),
    )
    .orderBy(desc(limitRequests.createdAt))
    .limit(20);
}

/**
 * Returns a request of a workspace with the requester's address, or undefined. `email` is null once that account is
 * deleted.
 */
export async function find(db: Db, workspaceId: string, id: string) {
  const [row] = await db
    .select({ ...columns, email: users.email })
    .from(limitRequests)
    .innerJoin(users, eq(users.id, limitRequests.userId))
    .where(and(eq(limitRequests.workspaceId, workspaceId), eq(limitRequests.id, id)));
  return row;
}

/** Settles a pending request with the granted amount. Of several simultaneous calls only one returns true. */
export async function settle(
  db: Db,
  workspaceId: string,
  id: string,
  answer: { status: "approved" | "declined" | "withdrawn"; by: string; amount?: number | null },
): Promise<boolean> {
  const { status, by, amount } = answer;
  const rows = await db
    .update(limitRequests)
    .set({ status, settledAt: sql`now()`, settledBy: by, ...(amount === undefined ? {} : { amount }) })
    .where(waiting(workspaceId, id))
    .returning({ id: limitRequests.id });
  return rows.length > 0;
}

/** Forwards a request to the operators. Returns false when it was forwarded or answered already. */
export async function forward(db: Db, workspaceId: string, id: string): Promise<boolean> {
  const rows = await db
    .update(limitRequests)
    .set({ audience: "operators" })
    .where(and(waiting(workspaceId, id), eq(limitRequests.audience, "managers")))
    .returning({ id: limitRequests.id });
  return rows.length > 0;
}

/** Withdraws a member's own pending request or, without an id, all of a member who leaves. Returns the ids. */
export async function withdraw(db: Db, workspaceId: string, userId: string, id?: string): Promise<string[]> {
  const rows = await db
    .update(limitRequests)
    .set({ status: "withdrawn", settledAt: sql`now()`, settledBy: userId })
    .where(
      and(
        ofMember(workspaceId, userId),
        eq(limitRequests.status, "pending"),
        id === undefined ? undefined : eq(limitRequests.id, id),
      ),
    )
    .returning({ id: limitRequests.id });
  return rows.map((row) => row.id);
}

/** The usage of the last 30 days. Money is in micro-units. */
export type Use = { requests: number; cost: number };

const lastDays = sql`${usageHourly.hour} >= now() - interval '30 days'`;
const use = {
  requests: sql`coalesce(sum(${usageHourly.requests}), 0)`.mapWith(Number),
  cost: sql`coalesce(sum(${usageHourly.cost}), 0)`.mapWith(Number),
};

/** Returns the usage of members in the last 30 days with their own keys. A member without usage is missing. */
export async function usesOf(db: Db, workspaceId: string, userIds: string[]): Promise<Map<string, Use>> {
  if (userIds.length === 0) return new Map();
  const rows = await db
    .select({ userId: usageHourly.memberId, ...use })
    .from(usageHourly)
    .where(and(eq(usageHourly.workspaceId, workspaceId), inArray(usageHourly.memberId, userIds), lastDays))
    .groupBy(usageHourly.memberId);
  return new Map(rows.map(({ userId, ...row }) => [userId ?? "", row]));
}

/** Returns the usage in the last 30 days that counts towards a limit. */
export async function usedFor(db: Db, workspaceId: string, { userId, countedAs, model }: HoursOf): Promise<Use> {
  const filters: (SQL | undefined)[] = [
    userId === undefined ? undefined : eq(usageHourly.memberId, userId),
    model === undefined ? undefined : eq(usageHourly.model, model),
    countedAs === undefined
      ? undefined
      : sql`${usageHourly.keyId} in (select k.id from api_keys k where k.workspace_id = ${workspaceId} and k.counted_as = ${countedAs})`,
  ];
  const [row] = await db
    .select(use)
    .from(usageHourly)
    .where(and(eq(usageHourly.workspaceId, workspaceId), ...filters, lastDays));
  return row ?? { requests: 0, cost: 0 };
}

/** Returns a member's own unrevoked keys that are restricted to some models, by name, at most 100. */
export async function restrictedKeys(db: Db, workspaceId: string, userId: string) {
  return db
    .select({ id: apiKeys.id, name: apiKeys.name })
    .from(apiKeys)
    .where(
      and(
        eq(apiKeys.workspaceId, workspaceId),
        eq(apiKeys.createdBy, userId),
        eq(apiKeys.isService, false),
        isNotNull(apiKeys.models),
        isNull(apiKeys.revokedAt),
      ),
    )
    .orderBy(asc(apiKeys.name), asc(apiKeys.id))
    .limit(100);
}

const ofMember = (workspaceId: string, userId: string) =>
  and(eq(limitRequests.workspaceId, workspaceId), eq(limitRequests.userId, userId));

const waiting = (workspaceId: string, id: string) =>
  and(eq(limitRequests.workspaceId, workspaceId), eq(limitRequests.id, id), eq(limitRequests.status, "pending"));
