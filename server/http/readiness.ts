import { sql } from "drizzle-orm";
import { database } from "@/db/client";
import { isMigrated } from "@/db/migrate";
import { checkPooler, PoolerError } from "@/db/pooler";

export type Readiness = { isReady: true } | { isReady: false; because: "database" | "migrations" | "pooler" };

/** Checks whether this instance can serve: the database responds within 3 seconds and has the schema of this build. */
export async function readiness(): Promise<Readiness> {
  try {
    const db = database();
    await Promise.race([
      db.execute(sql`select 1`),
      new Promise((_, reject) => setTimeout(reject, 3_000, new Error("no answer")).unref()),
    ]);
    await checkPooler();
    return (await isMigrated(db)) ? { isReady: true } : { isReady: false, because: "migrations" };
  } catch (error) {
    return { isReady: false, because: error instanceof PoolerError ? "pooler" : "database" };
  }
}
