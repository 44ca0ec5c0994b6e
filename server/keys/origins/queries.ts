import { sql } from "drizzle-orm";
import type { Db } from "@/db/client";

/** An upper bound that no instance is expected to reach. */
const mostOrigins = 50_000;

/** Returns the origins of pages that live keys name, of all workspaces together. */
export async function listNamed(db: Db): Promise<string[]> {
  await db.execute(sql`select set_config('app.job', 'allowed-origins', true)`);
  const rows = await db.execute<{ origin: string }>(sql`
    select distinct origin from api_keys k cross join unnest(k.origins) origin
    where k.origins is not null and k.revoked_at is null and k.disabled_at is null and k.workspace_deleted_at is null
      and coalesce(least(k.expires_at, k.stops_at) > now(), true)
    limit ${mostOrigins}`);
  return rows.map(({ origin }) => origin);
}
