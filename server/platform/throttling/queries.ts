import { inArray, lt, type SQL, sql } from "drizzle-orm";
import type { Db } from "@/db/client";
import { instanceSettings } from "@/db/schema/instance";
import { rateBuckets } from "@/db/schema/throttling";
import type { Limit } from "./limits";

/**
 * Takes `cost` from a subject's bucket in one statement, so that simultaneous attempts on several instances cannot take
 * the same token. The same statement reads the operators' setting of the limit, so that applies from its commit on.
 *
 * @param whom the owner of the bucket: an id, an address, a client
 * @returns 0 if it was taken, otherwise the seconds until it can be
 */
export async function take(db: Db, limit: Limit, whom: string, cost = 1): Promise<number> {
  const key = keyOf(limit, whom);
  const burst = burstOf(limit);
  const level = levelNow(limit);
  const [taken] = await db
    .insert(rateBuckets)
    .select(sql`select ${key}::text, ${cost}::float8, clock_timestamp() where ${cost}::float8 <= ${burst}`)
    .onConflictDoUpdate({
      target: rateBuckets.key,
      set: { level: sql`${level} + ${cost}::float8`, at: sql`clock_timestamp()` },
      setWhere: sql`${level} + ${cost}::float8 <= ${burst}`,
    })
    .returning({ key: rateBuckets.key });
  if (taken) return 0;
  const [found] = await db.execute<{ burst: number; level: number }>(sql`
    select ${burst} as burst, coalesce((select ${level} from ${rateBuckets} where ${rateBuckets.key} = ${key}), 0) as level`);
  const { burst: most, level: used } = found ?? { burst: limit.burst, level: 0 };
  return Math.max(1, Math.ceil((used + cost - most) / (most / limit.seconds)));
}

/** Checks whether a subject's bucket has room for one more now. Takes nothing. */
export async function hasRoom(db: Db, limit: Limit, whom: string): Promise<boolean> {
  const [row] = await db.execute<{ hasRoom: boolean }>(sql`
    select coalesce((select ${levelNow(limit)} from ${rateBuckets} where ${rateBuckets.key} = ${keyOf(limit, whom)}), 0) + 1
      <= ${burstOf(limit)} as "hasRoom"`);
  return row?.hasRoom ?? false;
}

/** Returns how much of each limit one subject uses now, by the limit's name. A limit that was never used is missing. */
export async function usedNow(db: Db, some: readonly Limit[], whom: string): Promise<Map<string, number>> {
  const byKey = new Map(some.map((limit) => [keyOf(limit, whom), limit]));
  if (byKey.size === 0) return new Map();
  const level = sql.join(
    [...byKey].map(([key, limit]) => sql`when ${key}::text then ${levelNow(limit)}`),
    sql` `,
  );
  const rows = await db
    .select({ key: rateBuckets.key, level: sql`case ${rateBuckets.key} ${level} end`.mapWith(Number) })
    .from(rateBuckets)
    .where(inArray(rateBuckets.key, [...byKey.keys()]));
  return new Map(rows.map(({ key, level }) => [byKey.get(key)?.name ?? key, Math.ceil(level)]));
}

const keyOf = ({ name }: Limit, whom: string) => `${name}:${whom}`.slice(0, 400);

/** The size of the bucket: the operators' setting, or the default. */
function burstOf({ name, burst, isCap }: Limit): SQL {
  if (!isCap) return sql`${burst}::float8`;
  return sql`coalesce((select (${instanceSettings.abuseCaps} ->> ${name}::text)::float8 from ${instanceSettings}), ${burst}::float8)`;
}

const levelNow = (limit: Limit) =>
  sql`greatest(0, ${rateBuckets.level} - extract(epoch from clock_timestamp() - ${rateBuckets.at}) * ${burstOf(limit)} / ${limit.seconds}::float8)`;

/**
 * Deletes buckets that were not used for two days, and returns their number. A bucket that another transaction locks is
 * skipped: a request takes from several buckets, and waiting for its locks in another order would be a deadlock.
 */
export async function forgetOld(db: Db): Promise<number> {
  const old = db
    .select({ key: rateBuckets.key })
    .from(rateBuckets)
    .where(lt(rateBuckets.at, sql`now() - interval '2 days'`))
    .for("update", { skipLocked: true });
  const rows = await db.delete(rateBuckets).where(inArray(rateBuckets.key, old)).returning({ key: rateBuckets.key });
  return rows.length;
}
