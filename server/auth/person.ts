import { createHash } from "node:crypto";
import { and, eq, isNull, lt, sql } from "drizzle-orm";
import { type Db, database } from "@/db/client";
import { instanceSettings } from "@/db/schema/instance";
import { sessions, users } from "@/db/schema/people";
import { once } from "@/db/written";
import type { Person, SignedIn } from "@/server/api/context";

/** The time after which an unused session ends, as operators have set it. */
export const idleLimit = sql`(select make_interval(mins => s.session_idle_minutes) from instance_settings s)`;
export const absoluteLimit = sql`(select make_interval(mins => s.session_life_minutes) from instance_settings s)`;
/**
 * How old the recorded last use must be before it is updated: updates are rare, but frequent enough for a short idle
 * limit.
 */
const staleAfter = sql`least(interval '10 minutes', ${idleLimit} / 5)`;

/**
 * Whether a session began with the provider that its person is required to use, if there is one. A session that began
 * in any other way gets no access. Columns have their full names, because the tables in the subquery have columns of
 * the same names.
 */
const isAllowedWay = sql`not exists (
  select from sign_in_rules r where r.domain = substring(users.email from '[^@]*$')
    and r.provider is distinct from sessions.provider
    and not exists (select from instance_settings s where s.break_glass = users.id))`;

/** Returns the stored hash of a session token. The token has 256 random bits, so a plain hash is safe from guessing. */
export function hashSessionToken(token: string): string {
  return createHash("sha256").update(token).digest("base64url");
}

/** Returns whether an operator has deactivated a person; undefined: the person does not exist yet. */
export async function isDeactivated(userId: string | undefined): Promise<boolean | undefined> {
  if (!userId || !/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(userId)) return undefined;
  const [row] = await database().select({ since: users.deactivatedAt }).from(users).where(eq(users.id, userId));
  return row && row.since !== null;
}

/**
 * Returns the person of a live session; null when there is none, or while the session waits for a passkey, because it
 * gives no access yet.
 */
export async function findPerson(token: string): Promise<Person | null> {
  return (await findSession(token)).person;
}

const liveSession = once(["tokenHash"], (db, of) =>
  db
    .select({
      id: users.id,
      name: users.name,
      email: users.email,
      avatar: users.avatar,
      timeZone: users.timeZone,
      locale: users.locale,
      weekStart: users.weekStart,
      verifiedAt: users.emailVerified,
      sessionId: sessions.id,
      signedInAt: sessions.createdAt,
      isStale: sql<boolean>`${sessions.lastSeenAt} < now() - ${staleAfter}`,
      passkeyStep: sql<"add" | "use" | null>`case
        when ${instanceSettings.passkeysRequiredOf} <> 'none' and not ${sessions.byPasskey}
        then passkey_step(${users.id}, ${sessions.provider}) end`,
    })
    .from(sessions)
    .innerJoin(users, eq(users.id, sessions.userId))
    .innerJoin(instanceSettings, sql`true`)
    .where(
      and(
        eq(sessions.sessionToken, of.tokenHash),
        sql`${sessions.expires} > now()`,
        sql`${sessions.lastSeenAt} > now() - ${idleLimit}`,
        sql`${sessions.createdAt} > now() - ${absoluteLimit}`,
        isNull(users.deletedAt),
        isNull(users.deactivatedAt),
        isAllowedWay,
      ),
    ),
);

/**
 * Returns the person of a live session, or the person for whom it waits for a passkey. Extends the session's idle
 * limit, at most every ten minutes.
 */
export async function findSession(token: string): Promise<SignedIn> {
  const db = database();
  const tokenHash = hashSessionToken(token);
  const [row] = await liveSession(db, { tokenHash });
  if (!row?.email) return { person: null };
  if (row.isStale) {
    await db
      .update(sessions)
      .set({
        lastSeenAt: sql`now()`,
        expires: sql`least(now() + ${idleLimit}, ${sessions.createdAt} + ${absoluteLimit})`,
      })
      .where(and(eq(sessions.sessionToken, tokenHash), lt(sessions.lastSeenAt, sql`now() - ${staleAfter}`)));
    await noteSeen(db, row.id);
  }
  const { verifiedAt, isStale, email, passkeyStep: step, timeZone, locale, weekStart, ...more } = row;
  const person = { ...more, email, isVerified: verifiedAt !== null, formats: { timeZone, locale, weekStart } };
  return step ? { person: null, waiting: { step, person } } : { person };
}

/** Records that a person is active now. */
export async function noteSeen(db: Db, userId: string): Promise<void> {
  await db.update(users).set({ lastSeenAt: sql`now()` }).where(eq(users.id, userId));
}
