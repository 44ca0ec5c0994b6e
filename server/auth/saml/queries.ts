import { createHash } from "node:crypto";
import { and, eq, isNotNull, lt, sql } from "drizzle-orm";
import type { Db } from "@/db/client";
import { samlAnswers, samlKeys } from "@/db/schema/sign-in";

const hashOf = (text: string) => createHash("sha256").update(text).digest();

/** An assertion that has arrived. It is stored until `usableUntil`, so that it is not accepted twice. */
export type Arrived = { provider: string; assertionId: string; state: string; sealed: Buffer; usableUntil: Date };

/**
 * Stores the content of an assertion until its browser fetches it. Returns false when the assertion has arrived before,
 * at any instance.
 */
export async function keepAnswer(
  db: Db,
  { provider, assertionId, state, sealed, usableUntil }: Arrived,
): Promise<boolean> {
  const rows = await db
    .insert(samlAnswers)
    .values({
      ...{ provider, assertionHash: hashOf(assertionId), stateHash: hashOf(state) },
      ...{ answerSealed: sealed, expiresAt: usableUntil },
    })
    .onConflictDoNothing()
    .returning({ provider: samlAnswers.provider });
  return rows.length > 0;
}

/** Removes and returns the content that arrived for a sign-in; undefined: there is none, or it was fetched before. */
export async function takeAnswer(db: Db, provider: string, state: string): Promise<Buffer | undefined> {
  const [row] = await db
    .select({ assertionHash: samlAnswers.assertionHash, sealed: samlAnswers.answerSealed })
    .from(samlAnswers)
    .where(
      and(
        eq(samlAnswers.provider, provider),
        eq(samlAnswers.stateHash, hashOf(state)),
        isNotNull(samlAnswers.answerSealed),
        sql`${samlAnswers.expiresAt} > now()`,
      ),
    )
    .limit(1)
    .for("update");
  if (!row) return undefined;
  await db
    .update(samlAnswers)
    .set({ answerSealed: null })
    .where(and(eq(samlAnswers.provider, provider), eq(samlAnswers.assertionHash, row.assertionHash)));
  return row.sealed ?? undefined;
}

/** Deletes assertions that are not valid any more. Returns how many it deleted. */
export async function forgetAnswers(db: Db): Promise<number> {
  const gone = await db
    .delete(samlAnswers)
    .where(lt(samlAnswers.expiresAt, sql`now()`))
    .returning({ provider: samlAnswers.provider });
  return gone.length;
}

/** A key pair of this instance in its stored form. */
export type StoredKeys = { certificate: string; keySealed: Buffer };

const keyColumns = { certificate: samlKeys.certificate, keySealed: samlKeys.keySealed };

/**
 * Returns the instance's key pairs, the signing one first: none before one is needed, two while operators change it.
 */
export async function findKeys(db: Db): Promise<StoredKeys[]> {
  return db.select(keyColumns).from(samlKeys).orderBy(sql`${samlKeys.signsSince} desc nulls last`).limit(2);
}

/** Stores a key pair unless there is one. Returns the stored pairs: another instance may have been faster. */
export async function keepKeys(db: Db, keys: StoredKeys): Promise<StoredKeys[]> {
  await db.insert(samlKeys).values(keys).onConflictDoNothing();
  const kept = await findKeys(db);
  if (kept.length === 0) throw new Error("the SAML key was deleted meanwhile");
  return kept;
}
