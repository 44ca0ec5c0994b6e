import { and, eq, gt, ne, sql } from "drizzle-orm";
import type { Db } from "@/db/client";
import { emailChanges } from "@/db/schema/account";
import { sessions, users, verificationTokens } from "@/db/schema/people";

/**
 * Returns the new address that a person has asked for and not confirmed yet; undefined when there is none or its link
 * has expired.
 */
export async function pending(db: Db, userId: string): Promise<string | undefined> {
  const [row] = await db
    .select({ email: emailChanges.email })
    .from(emailChanges)
    .where(and(eq(emailChanges.userId, userId), gt(emailChanges.expiresAt, sql`now()`)));
  return row?.email;
}

/** Checks whether an account has this address. */
export async function isTaken(db: Db, email: string): Promise<boolean> {
  const [row] = await db.select({ id: users.id }).from(users).where(eq(users.email, email));
  return row !== undefined;
}

/** Stores the new address that a person asks for, valid for `minutes`, and deletes their earlier request. */
export async function ask(
  db: Db,
  userId: string,
  { email, tokenHash, minutes }: { email: string; tokenHash: Buffer; minutes: number },
): Promise<void> {
  const values = { email, tokenHash, expiresAt: sql`now() + make_interval(mins => ${minutes})` };
  await db
    .insert(emailChanges)
    .values({ userId, ...values })
    .onConflictDoUpdate({ target: emailChanges.userId, set: values });
}

/** Returns the address that a token would give this person; no other person can use the token. Changes nothing. */
export async function find(db: Db, userId: string, tokenHash: Buffer): Promise<string | undefined> {
  const [row] = await db.select({ email: emailChanges.email }).from(emailChanges).where(open(userId, tokenHash));
  return row?.email;
}

/** Uses a token up and returns its address; undefined when it was used, has expired, or belongs to another person. */
export async function use(db: Db, userId: string, tokenHash: Buffer): Promise<string | undefined> {
  const [row] = await db.delete(emailChanges).where(open(userId, tokenHash)).returning({ email: emailChanges.email });
  return row?.email;
}

/**
 * Sets a person's address to one that they have proved to be theirs, and ends the links mailed to the old one. Returns
 * false when another account has the address by now: the unique index decides, and a savepoint keeps its error from
 * ending the transaction.
 */
export async function change(db: Db, userId: string, from: string, to: string): Promise<boolean> {
  try {
    await db.transaction((tx) =>
      tx.update(users).set({ email: to, emailVerified: sql`now()` }).where(eq(users.id, userId)),
    );
  } catch (error) {
    const { code } = ((error as { cause?: unknown }).cause ?? error) as { code?: string };
    if (code === "23505") return false;
    throw error;
  }
  await db.delete(verificationTokens).where(eq(verificationTokens.identifier, from));
  return true;
}

/** Ends all sessions of a person except one. */
export async function endSessionsBut(db: Db, userId: string, keptId: string): Promise<void> {
  await db.delete(sessions).where(and(eq(sessions.userId, userId), ne(sessions.id, keptId)));
}

function open(userId: string, tokenHash: Buffer) {
  return and(
    eq(emailChanges.userId, userId),
    eq(emailChanges.tokenHash, tokenHash),
    gt(emailChanges.expiresAt, sql`now()`),
  );
}
