import { and, eq, gt, ne, sql } from "drizzle-orm";
import type { Db } from "@/db/client";
import { emailChanges } from "@/db/schema/account";
import { sessions, users, verificationTokens } from "@/db/schema/people";

/** Returns the address a person has asked for and not confirmed yet; undefined: none, or too long ago. */
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

/** Notes the address a person asks for, for so many minutes; what they asked for before is forgotten. */
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

/** Returns which address a token would give a person, who alone may use it. Changes nothing. */
export async function find(db: Db, userId: string, tokenHash: Buffer): Promise<string | undefined> {
  const [row] = await db.select({ email: emailChanges.email }).from(emailChanges).where(open(userId, tokenHash));
  return row?.email;
}

/** Uses a token up. The address it gives; undefined when it was used, has expired, or is another person's. */
export async function use(db: Db, userId: string, tokenHash: Buffer): Promise<string | undefined> {
  const [row] = await db.delete(emailChanges).where(open(userId, tokenHash)).returning({ email: emailChanges.email });
  return row?.email;
}

/**
 * Gives the person an address that they have shown to be theirs; links mailed to the old one end. False when another
 * account has the address by now: the unique index decides, and a savepoint keeps the refusal from ending the transaction.
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

/** Ends every session of a person but one. */
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
