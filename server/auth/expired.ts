import { lt, or, sql } from "drizzle-orm";
import type { Db } from "@/db/client";
import { sessions, verificationTokens } from "@/db/schema/people";

/** Deletes sessions and sign-in links that have ended. Returns how many. */
export async function forgetExpired(db: Db): Promise<number> {
  const ended = await db
    .delete(sessions)
    .where(or(lt(sessions.expires, sql`now()`), lt(sessions.createdAt, sql`now() - interval '30 days'`)))
    .returning({ id: sessions.id });
  const links = await db
    .delete(verificationTokens)
    .where(lt(verificationTokens.expires, sql`now() - interval '1 day'`))
    .returning({ identifier: verificationTokens.identifier });
  return ended.length + links.length;
}
