import { and, eq, sql } from "drizzle-orm";
import type { Db } from "@/db/client";
import { sessions } from "@/db/schema/people";

/** Returns how a session began: whether with a passkey, and with which provider. */
export async function beginningOf(
  db: Db,
  userId: string,
  sessionId: string,
): Promise<{ byPasskey: boolean; provider: string | null } | undefined> {
  const [row] = await db
    .select({ byPasskey: sessions.byPasskey, provider: sessions.provider })
    .from(sessions)
    .where(and(eq(sessions.id, sessionId), eq(sessions.userId, userId)));
  return row;
}

/** Up to this many people without another way to sign in are counted; more are shown as "at least" this many. */
export const mostCounted = 1_000;

/** Counts the people who can sign in only by a mailed link, at most `mostCounted`. */
export async function countByMailOnly(db: Db, providers: string[]): Promise<number> {
  const [row] = await db.execute<{ people: number }>(sql`
    select count(*)::int as people from (
      select from users u where u.deleted_at is null and u.deactivated_at is null
        and not exists (select from passkeys p where p.user_id = u.id)
        and not exists (select from accounts a where a.user_id = u.id and a.provider = any(${`{${providers.join(",")}}`}::text[]))
      limit ${mostCounted}) found`);
  return row?.people ?? 0;
}
