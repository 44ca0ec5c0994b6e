import { sql } from "drizzle-orm";
import type { Db } from "@/db/client";
import { providerOutages } from "@/db/schema/outages";

/** After this many minutes without a failure, the next failure is a new outage. */
const apartMinutes = 10;

/**
 * Records that a model server cannot be reached. Returns true only for the first record of this outage: concurrent
 * processes wait for its row.
 */
export async function note(db: Db, server: string): Promise<boolean> {
  const begins = sql`${providerOutages.lastAt} < now() - make_interval(mins => ${apartMinutes})`;
  const [row] = await db
    .insert(providerOutages)
    .values({ server, begunAt: sql`now()`, lastAt: sql`now()` })
    .onConflictDoUpdate({
      target: providerOutages.server,
      set: {
        begunAt: sql`case when ${begins} then now() else ${providerOutages.begunAt} end`,
        lastAt: sql`greatest(${providerOutages.lastAt}, now())`,
      },
    })
    .returning({ isFirst: sql<boolean>`${providerOutages.begunAt} = now()` });
  return row?.isFirst ?? false;
}
