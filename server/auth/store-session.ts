import { sql } from "drizzle-orm";
import { transaction } from "@/db/client";
import { sessions } from "@/db/schema/people";
import { absoluteLimit, idleLimit } from "./person";
import { ProviderFailure } from "./providers/failure";
import { holdEnabled } from "./providers/queries";

/**
 * Stores a session that begins now.
 *
 * @throws `ProviderFailure` when its provider was disabled or deleted since it answered
 */
export function storeSession(session: Omit<typeof sessions.$inferInsert, "expires">): Promise<void> {
  return transaction("write", {}, async (db) => {
    if (session.provider && !(await holdEnabled(db, session.provider)))
      throw new ProviderFailure("disabled", "the provider was disabled since it answered");
    await db.insert(sessions).values({ ...session, expires: sql`now() + least(${idleLimit}, ${absoluteLimit})` });
  });
}
