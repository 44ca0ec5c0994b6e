import { and, count, desc, eq, gt, isNull, lt, or, sql } from "drizzle-orm";
import type { Db } from "@/db/client";
import { passkeyChallenges, passkeys } from "@/db/schema/account";
import { sessions, users } from "@/db/schema/people";

/** How many seconds a challenge can be answered. */
const challengeSeconds = 5 * 60;

/** What a challenge is for: a new passkey, or signing in. */
export type ChallengePurpose = "add" | "sign-in";

/** Stores a challenge until it is answered. `userId` is the person who must answer; null: any person. */
export async function keepChallenge(
  db: Db,
  challengeHash: Buffer,
  purpose: ChallengePurpose,
  userId: string | null,
): Promise<void> {
  await db
    .insert(passkeyChallenges)
    .values({ challengeHash, purpose, userId, expiresAt: sql`now() + make_interval(secs => ${challengeSeconds})` });
}

/**
 * Uses a challenge up and returns for whom it was made; undefined when it was used, has expired, or has another
 * purpose.
 */
export async function useChallenge(
  db: Db,
  challengeHash: Buffer,
  purpose: ChallengePurpose,
): Promise<{ userId: string | null } | undefined> {
  const [row] = await db
    .delete(passkeyChallenges)
    .where(
      and(
        eq(passkeyChallenges.challengeHash, challengeHash),
        eq(passkeyChallenges.purpose, purpose),
        gt(passkeyChallenges.expiresAt, sql`now()`),
      ),
    )
    .returning({ userId: passkeyChallenges.userId });
  return row;
}

/** Returns a person's passkeys, the newest first; at most 20. */
export async function list(db: Db, userId: string) {
  return db
    .select({
      id: passkeys.id,
      credentialId: passkeys.credentialId,
      transports: passkeys.transports,
      name: passkeys.name,
      isSynced: passkeys.isSynced,
      createdAt: passkeys.createdAt,
      lastUsedAt: passkeys.lastUsedAt,
    })
    .from(passkeys)
    .where(eq(passkeys.userId, userId))
    .orderBy(desc(passkeys.createdAt), passkeys.id)
    .limit(50);
}

/** Returns how many passkeys a person has. */
export async function total(db: Db, userId: string): Promise<number> {
  const [row] = await db.select({ n: count() }).from(passkeys).where(eq(passkeys.userId, userId));
  return row?.n ?? 0;
}

/** Adds a passkey. Returns undefined when its credential exists already, for this person or another. */
export async function add(
  db: Db,
  userId: string,
  values: {
    credentialId: string;
    publicKey: Buffer;
    counter: number;
    transports: string[];
    name: string;
    isSynced: boolean;
  },
): Promise<string | undefined> {
  const [row] = await db
    .insert(passkeys)
    .values({ userId, ...values })
    .onConflictDoNothing()
    .returning({ id: passkeys.id });
  return row?.id;
}

/** Returns the passkey of a credential with its owner; undefined for an unknown credential or a deleted account. */
export async function findCredential(db: Db, credentialId: string) {
  const [row] = await db
    .select({
      id: passkeys.id,
      userId: passkeys.userId,
      publicKey: passkeys.publicKey,
      counter: passkeys.counter,
      transports: passkeys.transports,
    })
    .from(passkeys)
    .innerJoin(users, eq(users.id, passkeys.userId))
    .where(and(eq(passkeys.credentialId, credentialId), isNull(users.deletedAt), isNull(users.deactivatedAt)));
  return row;
}

/**
 * Records that a passkey has signed, with its counter. Returns false when the counter has not grown: the signature was
 * used before, or the authenticator was cloned. An authenticator without a counter always sends 0.
 */
export async function markUsed(db: Db, id: string, counter: number): Promise<boolean> {
  const rows = await db
    .update(passkeys)
    .set({ counter, lastUsedAt: sql`now()` })
    .where(
      and(
        eq(passkeys.id, id),
        or(lt(passkeys.counter, counter), and(eq(passkeys.counter, 0), sql`${counter}::bigint = 0`)),
      ),
    )
    .returning({ id: passkeys.id });
  return rows.length > 0;
}

/** Records that a passkey was added in a session, so that the session counts as one that began with it. */
export async function noteUsedIn(db: Db, userId: string, sessionId: string): Promise<void> {
  await db
    .update(sessions)
    .set({ byPasskey: true })
    .where(and(eq(sessions.id, sessionId), eq(sessions.userId, userId)));
}

/** Renames a passkey of the person. Returns its earlier name; undefined when they have no such passkey. */
export async function rename(db: Db, userId: string, id: string, name: string): Promise<string | undefined> {
  const own = and(eq(passkeys.userId, userId), eq(passkeys.id, id));
  const [before] = await db.select({ name: passkeys.name }).from(passkeys).where(own).for("update");
  if (before) await db.update(passkeys).set({ name }).where(own);
  return before?.name;
}

/** Checks whether the person must have a passkey, by the way their session began, and has none. */
export async function isMissing(db: Db, userId: string, sessionId: string): Promise<boolean> {
  const [row] = await db.execute<{ step: "add" | "use" | null }>(sql`
    select passkey_step(${userId}::uuid,
      (select s.provider from sessions s where s.id = ${sessionId}::uuid and s.user_id = ${userId}::uuid)) as step`);
  return row?.step === "add";
}

/** Removes a passkey of the person. Returns its name; undefined when they have no such passkey. */
export async function remove(db: Db, userId: string, id: string): Promise<string | undefined> {
  const [row] = await db
    .delete(passkeys)
    .where(and(eq(passkeys.userId, userId), eq(passkeys.id, id)))
    .returning({ name: passkeys.name });
  return row?.name;
}
