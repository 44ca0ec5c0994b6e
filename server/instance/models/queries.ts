import { and, asc, count, desc, eq, gt, sql } from "drizzle-orm";
import { actAsOperator, actInside, type Db } from "@/db/client";
import { workspaceFigures } from "@/db/schema/figures";
import { baseRetirements } from "@/db/schema/retirements";
import { usageHourly } from "@/db/schema/usage";
import { workspaces } from "@/db/schema/workspaces";
import { rehearsalMinutes } from "@/server/models/retirement/input";
import { mostBaseRetirements } from "./input";

/**
 * How many workspaces, those used last, are searched for callers of a model, and how many of the latest rows of hourly
 * usage of each.
 */
const mostWorkspaces = 1_000;
const mostHours = 1_000;
const mostShown = 50;

const isRehearsed = sql`coalesce(${baseRetirements.rehearsalEndsAt} > now(), false)`;

const columns = {
  modelId: baseRetirements.modelId,
  aliases: baseRetirements.aliases,
  announcedAt: baseRetirements.announcedAt,
  retiresAt: baseRetirements.retiresAt,
  successor: baseRetirements.successor,
  afterwards: baseRetirements.afterwards,
  isOver: sql<boolean>`${baseRetirements.retiresAt} <= now()`,
  rehearsalEndsAt: sql<Date | null>`case when ${isRehearsed} then ${baseRetirements.rehearsalEndsAt} end`.mapWith(
    baseRetirements.rehearsalEndsAt,
  ),
};

export type BaseRetirement = NonNullable<Awaited<ReturnType<typeof find>>>;

/** Returns the announced retirements of base models, ordered by day. */
export function list(db: Db) {
  return db
    .select(columns)
    .from(baseRetirements)
    .orderBy(asc(baseRetirements.retiresAt), asc(baseRetirements.modelId))
    .limit(mostBaseRetirements);
}

/** Returns the announced retirement of a base model. */
export async function find(db: Db, modelId: string) {
  const [row] = await db.select(columns).from(baseRetirements).where(eq(baseRetirements.modelId, modelId));
  return row;
}

/** Locks the retirements until the transaction ends, and returns how many there are. */
export async function lockAndCount(db: Db): Promise<number> {
  await db.execute(sql`select pg_advisory_xact_lock(hashtext('base_retirements'))`);
  const [row] = await db.select({ n: count() }).from(baseRetirements);
  return row?.n ?? 0;
}

type Said = Pick<BaseRetirement, "modelId" | "aliases" | "successor" | "afterwards"> & { retiresOn: string };

/**
 * Announces a retirement, or changes its day or successor, about which people are mailed again. Undefined for a day
 * that is not in the future.
 */
export async function set(db: Db, { modelId, aliases, retiresOn, successor, afterwards }: Said) {
  const retiresAt = sql`(${retiresOn}::date::timestamp at time zone 'UTC')`;
  const [day] = await db.execute<{ isToCome: boolean }>(
    sql`select ${retiresAt} > now() and ${retiresAt} < now() + interval '10 years' as "isToCome"`,
  );
  if (!day?.isToCome) return undefined;
  const said = {
    ...{ aliases, retiresAt, successor, afterwards, rehearsalEndsAt: null },
    ...{ mailedDays: null, mailedTo: null, mailAt: sql`now()` },
  };
  const [row] = await db
    .insert(baseRetirements)
    .values({ modelId, ...said })
    .onConflictDoUpdate({ target: baseRetirements.modelId, set: said })
    .returning({ retiresAt: baseRetirements.retiresAt });
  return row;
}

/** Cancels a retirement. Returns false when there is none. */
export async function remove(db: Db, modelId: string): Promise<boolean> {
  const rows = await db
    .delete(baseRetirements)
    .where(eq(baseRetirements.modelId, modelId))
    .returning({ modelId: baseRetirements.modelId });
  return rows.length > 0;
}

/** Starts a rehearsal, which ends by itself. Undefined when one is running already, or the day has come. */
export async function rehearse(db: Db, modelId: string): Promise<{ until: Date | null } | undefined> {
  const [row] = await db
    .update(baseRetirements)
    .set({ rehearsalEndsAt: sql`now() + make_interval(mins => ${rehearsalMinutes})` })
    .where(
      and(eq(baseRetirements.modelId, modelId), gt(baseRetirements.retiresAt, sql`now()`), sql`not ${isRehearsed}`),
    )
    .returning({ until: baseRetirements.rehearsalEndsAt });
  return row;
}

/** Ends a rehearsal at once. Returns false when none is running. */
export async function endRehearsal(db: Db, modelId: string): Promise<boolean> {
  const rows = await db
    .update(baseRetirements)
    .set({ rehearsalEndsAt: null })
    .where(and(eq(baseRetirements.modelId, modelId), isRehearsed))
    .returning({ modelId: baseRetirements.modelId });
  return rows.length > 0;
}

/**
 * Returns the workspaces that called a base model in the last 30 days, most calls first, at most 50. Nothing else of
 * their usage is read: the row policy hides a workspace's own models. `isAll`: all workspaces and all their calls were
 * searched.
 */
export async function callers(db: Db, modelId: string) {
  const used = await db
    .select({ id: workspaceFigures.workspaceId })
    .from(workspaceFigures)
    .where(gt(workspaceFigures.lastUsedAt, sql`now() - interval '31 days'`))
    .orderBy(desc(workspaceFigures.lastUsedAt), desc(workspaceFigures.workspaceId))
    .limit(mostWorkspaces + 1);
  const ids = JSON.stringify(used.slice(0, mostWorkspaces).map(({ id }) => id));
  await actInside(db);
  await db.execute(sql`select set_config('app.job', 'base-retirements', true)`);
  const counted = await db.execute<{ id: string; calls: string; last: string; hours: number }>(sql`
    select w.id::text as id, c.calls, c.last, c.hours
    from jsonb_array_elements_text(${ids}::jsonb) as w (id),
      lateral (select sum(h.requests) as calls, max(h.hour) as last, count(*)::int as hours
        from (select requests, hour from ${usageHourly} where workspace_id = w.id::uuid and model = ${modelId}
          and hour >= now() - interval '30 days' order by hour desc limit ${mostHours}) h) c
    where c.calls is not null order by c.calls desc, w.id`);
  await db.execute(sql`select set_config('app.job', '', true)`);
  await actAsOperator(db);
  const shown = counted.slice(0, mostShown);
  const names = await db
    .select({ id: workspaces.id, slug: workspaces.slug, name: workspaces.name })
    .from(workspaces)
    .where(
      sql`${workspaces.id} in (select (jsonb_array_elements_text(${JSON.stringify(shown.map(({ id }) => id))}::jsonb))::uuid)`,
    );
  const named = new Map(names.map((row) => [row.id, row]));
  return {
    rows: shown.flatMap(({ id, calls, last }) => {
      const workspace = named.get(id);
      return workspace
        ? [{ slug: workspace.slug, name: workspace.name, calls: Number(calls), lastAt: new Date(last) }]
        : [];
    }),
    total: counted.length,
    calls: counted.reduce((sum, row) => sum + Number(row.calls), 0),
    isAll: used.length <= mostWorkspaces && counted.every(({ hours }) => hours < mostHours),
  };
}
