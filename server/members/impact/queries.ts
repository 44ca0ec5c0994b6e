import { and, eq, gte, isNull, sql } from "drizzle-orm";
import type { Db } from "@/db/client";
import { usageHourly } from "@/db/schema/usage";

/** How many rows of usage, the latest, are looked at. */
const mostLooked = 50_000;

/** Returns how many calls a member made in the browser, without a key, in the last 30 days: those that their role allows. */
export async function callsInBrowser(db: Db, workspaceId: string, userId: string): Promise<number> {
  const latest = db
    .select({ requests: usageHourly.requests })
    .from(usageHourly)
    .where(
      and(
        eq(usageHourly.workspaceId, workspaceId),
        eq(usageHourly.memberId, userId),
        isNull(usageHourly.keyId),
        gte(usageHourly.hour, sql`now() - interval '30 days'`),
      ),
    )
    .orderBy(sql`${usageHourly.hour} desc`)
    .limit(mostLooked)
    .as("latest");
  const [row] = await db
    .select({ calls: sql<number>`coalesce(sum(${latest.requests}), 0)`.mapWith(Number) })
    .from(latest);
  return row?.calls ?? 0;
}
