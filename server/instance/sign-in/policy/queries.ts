import { and, eq, sql } from "drizzle-orm";
import type { Db } from "@/db/client";
import { sessions } from "@/db/schema/people";

/** How a session began: whether a passkey was shown in it, and the provider that it began with. */
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

/** As many people without another way in are counted; more are "at least" so many. */
export const mostCounted = 1_000;

/** Counts the people who could sign in by a mailed link only, at most `mostCounted`. */
export async function countByMailOnly(db: Db, providers: string[]): Promise<number> {
  const [row] = await db.execute<{ people: number }>(sql`
    select count(*)::int as people from (
      select from users u where u.deleted_at is null and u.deactivated_at is null
        and not exists (select from passkeys p where p.user_id = u.id)
        and not exists (select from accounts a where a.user_id = u.id and a.provider = any(${`{${providers.join(",")}}`}::text[]))
      limit ${mostCounted}) found`);
  return row?.people ?? 0;
}
