import { and, asc, desc, eq, gte, isNull, sql } from "drizzle-orm";
import type { Db } from "@/db/client";
import { apiKeys } from "@/db/schema/keys";
import { users } from "@/db/schema/people";
import { usageHourly } from "@/db/schema/usage";
import { isLiveMembership, memberships } from "@/db/schema/workspaces";
import { isRouteId } from "@/server/access/route-ids";
import { daysLooked, mostLooked } from "@/server/usage/of-late/days";

const calls = (workspaceId: string, modelId: string) =>
  and(
    eq(usageHourly.workspaceId, workspaceId),
    isRouteId(modelId) ? eq(usageHourly.route, modelId) : eq(usageHourly.model, modelId),
    gte(usageHourly.hour, sql`now() - interval '30 days'`),
  );

const latest = (db: Db, workspaceId: string, modelId: string) =>
  db
    .select({
      keyId: usageHourly.keyId,
      memberId: usageHourly.memberId,
      requests: usageHourly.requests,
      hour: usageHourly.hour,
    })
    .from(usageHourly)
    .where(calls(workspaceId, modelId))
    .orderBy(desc(usageHourly.hour))
    .limit(mostLooked)
    .as("latest");

/**
 * Returns the callers of a model or a route in the last 30 days, by key and member, those with the most requests first,
 * at most 20; the number of all requests; and how many of these days have data.
 */
export async function callers(db: Db, workspaceId: string, modelId: string) {
  const used = latest(db, workspaceId, modelId);
  const requests = sql<number>`sum(${used.requests})`.mapWith(Number);
  const rows = await db
    .select({
      keyId: used.keyId,
      keyName: apiKeys.name,
      memberId: used.memberId,
      memberName: users.name,
      calls: requests,
      lastAt: sql<Date>`max(${used.hour})`.mapWith(usageHourly.hour),
      allCalls: sql<number>`sum(sum(${used.requests})) over ()`.mapWith(Number),
      all: sql<number>`count(*) over ()`.mapWith(Number),
      looked: sql<number>`sum(count(*)) over ()`.mapWith(Number),
      first: sql<Date | null>`min(min(${used.hour})) over ()`.mapWith(usageHourly.hour),
    })
    .from(used)
    .leftJoin(apiKeys, and(eq(apiKeys.workspaceId, workspaceId), eq(apiKeys.id, used.keyId)))
    .leftJoin(users, eq(users.id, used.memberId))
    .groupBy(used.keyId, apiKeys.name, used.memberId, users.name)
    .orderBy(desc(requests), asc(used.keyId))
    .limit(20);
  return {
    rows: rows.map(({ allCalls, all, looked, first, ...row }) => row),
    total: rows[0]?.all ?? 0,
    calls: rows[0]?.allCalls ?? 0,
    days: daysLooked(rows[0]?.looked ?? 0, rows[0]?.first ?? null),
  };
}

/** The most members of a workspace who get a mail about a retirement: those with the most requests. */
const mostMailed = 1_000;

/**
 * Returns the members who used a model or a route in the last 30 days, and whether service keys or keys of former
 * members did, for which the Admins are responsible.
 */
export async function recipients(
  db: Db,
  workspaceId: string,
  modelId: string,
): Promise<{ members: { id: string; email: string }[]; isAdmins: boolean }> {
  const used = latest(db, workspaceId, modelId);
  const rows = await db
    .select({ memberId: used.memberId, isMember: sql<boolean>`${memberships.userId} is not null`, email: users.email })
    .from(used)
    .leftJoin(
      memberships,
      and(eq(memberships.workspaceId, workspaceId), eq(memberships.userId, used.memberId), isLiveMembership),
    )
    .leftJoin(users, and(eq(users.id, memberships.userId), isNull(users.deactivatedAt)))
    .groupBy(used.memberId, memberships.userId, users.email)
    .orderBy(desc(sql`sum(${used.requests})`))
    .limit(mostMailed);
  return {
    members: rows.flatMap(({ memberId: id, email }) => (id && email ? { id, email } : [])),
    isAdmins: rows.some(({ isMember }) => !isMember),
  };
}
