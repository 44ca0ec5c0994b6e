import { and, asc, count, eq, gt, isNull, or, type SQL, sql } from "drizzle-orm";
import type { Db } from "@/db/client";
import { modelShares, models } from "@/db/schema/models";
import { modelRetirements } from "@/db/schema/retirements";
import { modelRoutes } from "@/db/schema/routes";
import { isRouteId } from "@/server/access/route-ids";
import { mostRetirements, rehearsalMinutes } from "./input";

/** The retirement of a model or a route, as requests need it. */
export type Retirement = {
  modelId: string;
  announcedAt: Date;
  retiresAt: Date;
  successor: string | null;
  afterwards: "refuse" | "successor";
  /** Whether the day has come, by the database's clock. */
  isOver: boolean;
  /** The end of the rehearsal; null: there is none. */
  rehearsalEndsAt: Date | null;
  /** How long these values stay valid, in milliseconds; null: for good. */
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

/** Returns the retirement of one of the workspace's own models or routes. */
export async function find(db: Db, workspaceId: string, modelId: string): Promise<Retirement | undefined> {
  const [row] = await db.select(columns).from(modelRetirements).where(one(workspaceId, modelId));
  return row;
}

/** Checks whether the workspace has this model or route. */
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

/**
 * Announces a retirement, or changes its day or successor. Mails are sent again. Undefined: the day is not in the
 * future.
 */
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

/** Cancels a retirement. False: there is none. */
export async function remove(db: Db, workspaceId: string, modelId: string): Promise<boolean> {
  const rows = await db
    .delete(modelRetirements)
    .where(one(workspaceId, modelId))
    .returning({ modelId: modelRetirements.modelId });
  return rows.length > 0;
}

/** Starts a rehearsal, which ends by itself. Undefined: there already is one, or the day has come. */
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

/** Ends a rehearsal at once. False: there is none. */
export async function endRehearsal(db: Db, workspaceId: string, modelId: string): Promise<boolean> {
  const rows = await db
    .update(modelRetirements)
    .set({ rehearsalEndsAt: null })
    .where(and(one(workspaceId, modelId), isRehearsed))
    .returning({ modelId: modelRetirements.modelId });
  return rows.length > 0;
}
