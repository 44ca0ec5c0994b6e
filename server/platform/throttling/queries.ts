import { inArray, lt, sql } from "drizzle-orm";
import type { Db } from "@/db/client";
import { rateBuckets } from "@/db/schema/throttling";
import type { Limit } from "./limits";

/**
 * Takes `cost` from a subject's share of a limit, in one statement, so that simultaneous attempts on any number of
 * instances cannot share a token.
 *
 * @param whom whose share: an id, an address, a client
 * @returns 0 when it was there, otherwise the seconds until it is
 */
export async function take(db: Db, limit: Limit, whom: string, cost = 1): Promise<number> {
  const key = `${limit.name}:${whom}`.slice(0, 400);
  const rate = limit.burst / limit.seconds;
  const level = sql`greatest(0, ${rateBuckets.level} - extract(epoch from clock_timestamp() - ${rateBuckets.at}) * ${rate}::float8)`;
  if (cost <= limit.burst) {
    const [taken] = await db
      .insert(rateBuckets)
      .values({ key, level: cost, at: sql`clock_timestamp()` })
      .onConflictDoUpdate({
        target: rateBuckets.key,
        set: { level: sql`${level} + ${cost}::float8`, at: sql`clock_timestamp()` },
        setWhere: sql`${level} + ${cost}::float8 <= ${limit.burst}::float8`,
      })
      .returning({ key: rateBuckets.key });
    if (taken) return 0;
  }
  const [found] = await db
    .select({ level: level.mapWith(Number) })
    .from(rateBuckets)
    .where(sql`${rateBuckets.key} = ${key}`);
  return Math.max(1, Math.ceil(((found?.level ?? 0) + cost - limit.burst) / rate));
}

/**
 * Forgets buckets that have leaked empty long ago. Returns how many. One that is being taken from just now stays: a request
 * takes several, and waiting for its locks in another order would be a deadlock.
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
