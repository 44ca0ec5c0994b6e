import { createHash } from "node:crypto";
import { and, eq, isNull, lt, sql } from "drizzle-orm";
import { database } from "@/db/client";
import { sessions, users } from "@/db/schema/people";
import type { Person } from "@/server/api/context";

/** A session ends 7 days after it was last used, and 30 days after it began, used or not. */
export const idleLimit = sql`interval '7 days'`;
const absoluteLimit = sql`interval '30 days'`;

/** Returns what is kept of a session token. It has 256 random bits, so a plain hash cannot be searched. */
export function hashSessionToken(token: string): string {
  return createHash("sha256").update(token).digest("base64url");
}

/** Checks whether an operator keeps a person out. False for one who is not here yet. */
export async function isDeactivated(userId: string | undefined): Promise<boolean> {
  if (!userId || !/^[0-9a-f-]{36}$/.test(userId)) return false;
  const [row] = await database().select({ since: users.deactivatedAt }).from(users).where(eq(users.id, userId));
  return row != null && row.since !== null;
}

/** Returns the person of a live session, or null. Moves the session's idle limit, at most every ten minutes. */
export async function findPerson(token: string): Promise<Person | null> {
  const db = database();
  const tokenHash = hashSessionToken(token);
  const [row] = await db
    .select({
      id: users.id,
      name: users.name,
      email: users.email,
      avatar: users.avatar,
      verifiedAt: users.emailVerified,
      sessionId: sessions.id,
      signedInAt: sessions.createdAt,
      isStale: sql<boolean>`${sessions.lastSeenAt} < now() - interval '10 minutes'`,
    })
    .from(sessions)
    .innerJoin(users, eq(users.id, sessions.userId))
    .where(
      and(
        eq(sessions.sessionToken, tokenHash),
        sql`${sessions.expires} > now()`,
        sql`${sessions.createdAt} > now() - ${absoluteLimit}`,
        isNull(users.deletedAt),
        isNull(users.deactivatedAt),
      ),
    );
  if (!row?.email) return null;
  if (row.isStale) {
    await db
      .update(sessions)
      .set({
        lastSeenAt: sql`now()`,
        expires: sql`least(now() + ${idleLimit}, ${sessions.createdAt} + ${absoluteLimit})`,
      })
      .where(and(eq(sessions.sessionToken, tokenHash), lt(sessions.lastSeenAt, sql`now() - interval '10 minutes'`)));
  }
  const { verifiedAt, isStale, email, ...person } = row;
  return { ...person, email, isVerified: verifiedAt !== null };
}
