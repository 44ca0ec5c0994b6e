import { and, eq, gte, sql } from "drizzle-orm";
import type { Db } from "@/db/client";
import { usageHourly } from "@/db/schema/usage";

/** How many rows of usage, the latest, are looked at. */
const mostLooked = 50_000;

/** Returns how many calls a key made in the last 30 days that asked for one of these models or routes. */
export async function callsFor(db: Db, workspaceId: string, keyId: string, names: string[]): Promise<number> {
  if (names.length === 0) return 0;
  const latest = db
    .select({
      requests: usageHourly.requests,
      name: sql<string>`coalesce(${usageHourly.route}, ${usageHourly.model})`.as("name"),
    })
    .from(usageHourly)
    .where(
      and(
        eq(usageHourly.workspaceId, workspaceId),
        eq(usageHourly.keyId, keyId),
        gte(usageHourly.hour, sql`now() - interval '30 days'`),
      ),
    )
    .orderBy(sql`${usageHourly.hour} desc`)
    .limit(mostLooked)
    .as("latest");
  const [row] = await db
    .select({ calls: sql<number>`coalesce(sum(${latest.requests}), 0)`.mapWith(Number) })
    .from(latest)
    // As JSON, since the client sends no arrays.
    .where(sql`${latest.name} in (select jsonb_array_elements_text(${JSON.stringify(names)}::jsonb))`);
  return row?.calls ?? 0;
}
