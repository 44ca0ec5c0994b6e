import { sql } from "drizzle-orm";
import { database } from "@/db/client";
import { isMigrated } from "@/db/migrate";

export type Readiness = { isReady: true } | { isReady: false; because: "database" | "migrations" };

/** Whether this instance can serve: the database answers within 3 seconds, and has the schema this build was made for. */
export async function readiness(): Promise<Readiness> {
  try {
    const db = database();
    await Promise.race([
      db.execute(sql`select 1`),
      new Promise((_, reject) => setTimeout(reject, 3_000, new Error("no answer")).unref()),
    ]);
    return (await isMigrated(db)) ? { isReady: true } : { isReady: false, because: "migrations" };
  } catch {
    return { isReady: false, because: "database" };
  }
}
