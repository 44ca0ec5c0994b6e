import { and, asc, count, desc, eq, gt, gte, isNull, lte, or, type SQL, sql } from "drizzle-orm";
import type { Db } from "@/db/client";
import { apiKeys } from "@/db/schema/keys";
import { modelShares, models } from "@/db/schema/models";
import { users } from "@/db/schema/people";
import { modelRetirements } from "@/db/schema/retirements";
import { modelRoutes } from "@/db/schema/routes";
import { usageHourly } from "@/db/schema/usage";
import { isLiveMembership, memberships } from "@/db/schema/workspaces";
import { isRouteId } from "@/server/access/route-ids";
import { mostRetirements, rehearsalMinutes } from "./input";

/** What requests for a model or a route have to know of its retirement. */
export type Retirement = {
  modelId: string;
  announcedAt: Date;
  retiresAt: Date;
  successor: string | null;
  afterwards: "refuse" | "successor";
  /** Whether the day has come, by the database's clock. */
  isOver: boolean;
  /** Until when a rehearsal goes on; null: none does. */
  rehearsalEndsAt: Date | null;
  /** How long all of that holds, in milliseconds; null: for good. */
  msLeft: number | null;
};

const isRehearsed = sql`coalesce(${modelRetirements.rehearsalEndsAt} > now(), false)`;
const msUntil = (moment: SQL) => sql`case when ${moment} > now() then extract(epoch from ${moment} - now()) * 1000 end`;

const columns = {
  modelId: modelRetirements.modelId,
  announcedAt: modelRetirements.announcedAt,
  retiresAt: modelRetirements.retiresAt,
  successor: modelRetirements.successor,
  afterwards: modelRetirements.afterwards,
  isOver: sql<boolean>`${modelRetirements.retiresAt} <= now()`,
  rehearsalEndsAt: sql<Date | null>`case when ${isRehearsed} then ${modelRetirements.rehearsalEndsAt} end`.mapWith(
    modelRetirements.rehearsalEndsAt,
  ),
  msLeft: sql<
    number | null
  >`least(${msUntil(sql`${modelRetirements.retiresAt}`)}, ${msUntil(sql`${modelRetirements.rehearsalEndsAt}`)})::float8`,
};

const one = (workspaceId: string, modelId: string) =>
  and(eq(modelRetirements.workspaceId, workspaceId), eq(modelRetirements.modelId, modelId));

/** Returns the retirements of a workspace's models and routes, and of the models that are shared with it. */
export async function listAll(db: Db, workspaceId: string): Promise<Retirement[]> {
  const [own, shared] = await Promise.all([
    db
      .select(columns)
      .from(modelRetirements)
      .where(eq(modelRetirements.workspaceId, workspaceId))
      .orderBy(asc(modelRetirements.modelId))
      .limit(mostRetirements),
    db
      .select(columns)
      .from(modelShares)
      .innerJoin(
        modelRetirements,
        and(
          eq(modelRetirements.workspaceId, modelShares.workspaceId),
          eq(modelRetirements.modelId, modelShares.modelId),
        ),
      )
      .where(
        and(
          eq(modelShares.toWorkspaceId, workspaceId),
          or(isNull(modelShares.endsAt), gt(modelShares.endsAt, sql`now()`)),
        ),
      )
      .orderBy(asc(modelRetirements.modelId))
      .limit(mostRetirements),
  ]);
  return [...own, ...shared];
}

/** Finds the retirement of a model or a route of the workspace's own. */
export async function find(db: Db, workspaceId: string, modelId: string): Promise<Retirement | undefined> {
  const [row] = await db.select(columns).from(modelRetirements).where(one(workspaceId, modelId));
  return row;
}

/** Whether the workspace has this model, or this route. */
export async function isOwn(db: Db, workspaceId: string, modelId: string): Promise<boolean> {
  const rows = isRouteId(modelId)
    ? await db
        .select({ id: modelRoutes.id })
        .from(modelRoutes)
        .where(and(eq(modelRoutes.workspaceId, workspaceId), eq(modelRoutes.id, modelId)))
    : await db
        .select({ id: models.id })
        .from(models)
        .where(and(eq(models.workspaceId, workspaceId), eq(models.id, modelId), isNull(models.deletedAt)));
  return rows.length > 0;
}

/** Returns how many retirements a workspace has. */
export async function total(db: Db, workspaceId: string): Promise<number> {
  const [row] = await db
    .select({ n: count() })
    .from(modelRetirements)
    .where(eq(modelRetirements.workspaceId, workspaceId));
  return row?.n ?? 0;
}

type Said = Pick<Retirement, "modelId" | "successor" | "afterwards"> & { retiresOn: string; createdBy: string };

/** Announces a retirement, or another day or successor of it, of which people are mailed anew. Undefined for a day that is not to come. */
export async function set(
  db: Db,
  workspaceId: string,
  { modelId, retiresOn, successor, afterwards, createdBy }: Said,
): Promise<{ retiresAt: Date } | undefined> {
  const retiresAt = sql`(${retiresOn}::date::timestamp at time zone 'UTC')`;
  const [day] = await db.execute<{ isToCome: boolean }>(
    sql`select ${retiresAt} > now() and ${retiresAt} < now() + interval '10 years' as "isToCome"`,
  );
  if (!day?.isToCome) return undefined;
  const said = { retiresAt, successor, afterwards, rehearsalEndsAt: null, mailedDays: null, mailAt: sql`now()` };
  const [row] = await db
    .insert(modelRetirements)
    .values({ workspaceId, modelId, createdBy, ...said })
    .onConflictDoUpdate({ target: [modelRetirements.workspaceId, modelRetirements.modelId], set: said })
    .returning({ retiresAt: modelRetirements.retiresAt });
  return row;
}

/** Takes a retirement back. False when there is none. */
export async function remove(db: Db, workspaceId: string, modelId: string): Promise<boolean> {
  const rows = await db
    .delete(modelRetirements)
    .where(one(workspaceId, modelId))
    .returning({ modelId: modelRetirements.modelId });
  return rows.length > 0;
}

/** Starts a rehearsal, which ends by itself. Undefined when one goes on, or the day has come. */
export async function rehearse(
  db: Db,
  workspaceId: string,
  modelId: string,
): Promise<{ until: Date | null } | undefined> {
  const [row] = await db
    .update(modelRetirements)
    .set({ rehearsalEndsAt: sql`now() + make_interval(mins => ${rehearsalMinutes})` })
    .where(and(one(workspaceId, modelId), gt(modelRetirements.retiresAt, sql`now()`), sql`not ${isRehearsed}`))
    .returning({ until: modelRetirements.rehearsalEndsAt });
  return row;
}

/** Ends a rehearsal at once. False when none goes on. */
export async function endRehearsal(db: Db, workspaceId: string, modelId: string): Promise<boolean> {
  const rows = await db
    .update(modelRetirements)
    .set({ rehearsalEndsAt: null })
    .where(and(one(workspaceId, modelId), isRehearsed))
    .returning({ modelId: modelRetirements.modelId });
  return rows.length > 0;
}

/** How many rows of usage, the latest, are looked at for who calls a model. */
const mostLooked = 50_000;

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

/** Returns who called a model or a route in the last 30 days, by key and member, those with the most calls first, at most 20, and how many calls there were in all. */
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
    })
    .from(used)
    .leftJoin(apiKeys, and(eq(apiKeys.workspaceId, workspaceId), eq(apiKeys.id, used.keyId)))
    .leftJoin(users, eq(users.id, used.memberId))
    .groupBy(used.keyId, apiKeys.name, used.memberId, users.name)
    .orderBy(desc(requests), asc(used.keyId))
    .limit(20);
  return {
    rows: rows.map(({ allCalls, all, ...row }) => row),
    total: rows[0]?.all ?? 0,
    calls: rows[0]?.allCalls ?? 0,
  };
}

/** How many people a mail about a retirement goes to at most, of each workspace: those with the most calls. */
const mostMailed = 1_000;

/**
 * Returns the addresses of the members who called a model or a route in the last 30 days, and whether service keys or keys of former
 * members did, which are the Admins' to care for.
 */
export async function recipients(
  db: Db,
  workspaceId: string,
  modelId: string,
): Promise<{ addresses: string[]; isAdmins: boolean }> {
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
    addresses: rows.flatMap(({ email }) => email ?? []),
    isAdmins: rows.some(({ isMember }) => !isMember),
  };
}

/** Returns the workspaces that a model is shared with, at most 100. */
export async function sharedWith(db: Db, workspaceId: string, modelId: string): Promise<string[]> {
  const rows = await db
    .select({ id: modelShares.toWorkspaceId })
    .from(modelShares)
    .where(
      and(
        eq(modelShares.workspaceId, workspaceId),
        eq(modelShares.modelId, modelId),
        or(isNull(modelShares.endsAt), gt(modelShares.endsAt, sql`now()`)),
      ),
    )
    .orderBy(asc(modelShares.toWorkspaceId))
    .limit(100);
  return rows.map(({ id }) => id);
}

/** Returns the retirements of which a mail is due, in whichever workspaces, at most `limit`. For the job. */
export async function listDue(db: Db, limit: number): Promise<{ workspaceId: string; modelId: string }[]> {
  await db.execute(sql`select set_config('app.job', 'model-retirements', true)`);
  return db
    .select({ workspaceId: modelRetirements.workspaceId, modelId: modelRetirements.modelId })
    .from(modelRetirements)
    .where(lte(modelRetirements.mailAt, sql`now()`))
    .orderBy(asc(modelRetirements.mailAt))
    .limit(limit);
}

const daysBefore = (days: number) => sql`${modelRetirements.retiresAt} - make_interval(days => ${days})`;

/**
 * Takes a due mail for this transaction alone, and says when the next is due: 14 days before the end, then one. What is already past is
 * left out. Undefined when another one has it, or when it is due no longer.
 */
export async function claimMail(db: Db, workspaceId: string, modelId: string) {
  const [row] = await db
    .update(modelRetirements)
    .set({
      mailedDays: sql`case when ${modelRetirements.mailedDays} is null then 0
        when ${daysBefore(1)} <= now() then 1 else 14 end`,
      mailAt: sql`case when ${daysBefore(14)} > now() then ${daysBefore(14)} when ${daysBefore(1)} > now() then ${daysBefore(1)} end`,
    })
    .where(
      and(
        one(workspaceId, modelId),
        lte(modelRetirements.mailAt, sql`now()`),
        gt(modelRetirements.retiresAt, sql`now()`),
      ),
    )
    .returning({
      retiresAt: modelRetirements.retiresAt,
      successor: modelRetirements.successor,
      afterwards: modelRetirements.afterwards,
      mailedDays: modelRetirements.mailedDays,
    });
  return row;
}

/** Sends no mail about a retirement any more: its day has come, or its model is gone. */
export async function stopMails(db: Db, workspaceId: string, modelId: string): Promise<void> {
  await db.update(modelRetirements).set({ mailAt: null }).where(one(workspaceId, modelId));
}
