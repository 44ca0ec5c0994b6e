import { sql } from "drizzle-orm";
import type { Db } from "@/db/client";
import { providerOutages } from "@/db/schema/outages";

/** After how many minutes without a failure the next one is another outage. */
const apartMinutes = 10;

/**
 * Notes that a model server is out. True for the first who notes it of this outage: of any number of processes one, as the others wait for
 * its row.
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
