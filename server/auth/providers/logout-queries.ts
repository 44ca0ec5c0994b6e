import { createHash } from "node:crypto";
import { and, eq, inArray, isNull, lt, or, type SQL, sql } from "drizzle-orm";
import type { Db } from "@/db/client";
import { accounts, sessions } from "@/db/schema/people";
import { logoutTokens } from "@/db/schema/sign-in";
import { hashSessionToken } from "../person";

/**
 * Stores a logout token, or the logout request of a SAML provider, for as long as it would be valid. Returns false when
 * it was used before, at any instance.
 */
export async function noteLogout(db: Db, provider: string, id: string, seconds: number): Promise<boolean> {
  const tokenHash = createHash("sha256").update(id).digest();
  const rows = await db
    .insert(logoutTokens)
    .values({ provider, tokenHash, expiresAt: sql`now() + make_interval(secs => ${seconds})` })
    .onConflictDoNothing()
    .returning({ provider: logoutTokens.provider });
  return rows.length > 0;
}

/**
 * Ends sessions that began with a provider: those of a subject, those of the provider's own sessions, or, when both are
 * given, the subject's that began in these. A session without a recorded session at the provider ends with any of its
 * subject's. Returns how many ended of each person.
 */
export async function endSessions(
  db: Db,
  provider: string,
  { subject, sessions: named }: { subject: string | null; sessions: string[] },
): Promise<Map<string, number>> {
  if (subject === null && named.length === 0) throw new Error("neither a subject nor sessions are given");
  const wanted: (SQL | undefined)[] = [eq(sessions.provider, provider)];
  if (subject !== null) {
    const owner = db
      .select({ userId: accounts.userId })
      .from(accounts)
      .where(and(eq(accounts.provider, provider), eq(accounts.providerAccountId, subject)));
    wanted.push(eq(sessions.userId, owner));
  }
  if (named.length > 0) {
    const isOfIt = inArray(sessions.providerSessionHash, named.map(hashSessionToken));
    wanted.push(subject === null ? isOfIt : or(isOfIt, isNull(sessions.providerSessionHash)));
  }
  const rows = await db
    .delete(sessions)
    .where(and(...wanted))
    .returning({ userId: sessions.userId });
  const people = new Map<string, number>();
  for (const { userId } of rows) people.set(userId, (people.get(userId) ?? 0) + 1);
  return people;
}

/** Deletes logout tokens that are not valid any more. Returns how many it deleted. */
export async function forgetLogouts(db: Db): Promise<number> {
  const gone = await db
    .delete(logoutTokens)
    .where(lt(logoutTokens.expiresAt, sql`now()`))
    .returning({ provider: logoutTokens.provider });
  return gone.length;
}
