import { createHash } from "node:crypto";
import { and, eq, isNotNull, lt, sql } from "drizzle-orm";
import type { Db } from "@/db/client";
import { samlAnswers, samlKeys } from "@/db/schema/sign-in";

const hashOf = (text: string) => createHash("sha256").update(text).digest();

/** An assertion that has arrived. `usableUntil`: until then it is remembered, so that it is not taken twice. */
export type Arrived = { provider: string; assertionId: string; state: string; sealed: Buffer; usableUntil: Date };

/** Keeps what an assertion says until its browser takes it. False when the assertion has arrived before, on whatever instance. */
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

/** Takes what has arrived for a sign-in; undefined: nothing has, or it was taken. */
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

/** Deletes assertions that could not be used any more. Returns how many. */
export async function forgetAnswers(db: Db): Promise<number> {
  const gone = await db
    .delete(samlAnswers)
    .where(lt(samlAnswers.expiresAt, sql`now()`))
    .returning({ provider: samlAnswers.provider });
  return gone.length;
}

/** A pair of keys of this instance as it is kept. */
export type StoredKeys = { certificate: string; keySealed: Buffer };

const keyColumns = { certificate: samlKeys.certificate, keySealed: samlKeys.keySealed };

/** Returns the instance's pairs of keys, first the one that signs: none before one is needed, and two while operators change it. */
export async function findKeys(db: Db): Promise<StoredKeys[]> {
  return db.select(keyColumns).from(samlKeys).orderBy(sql`${samlKeys.signsSince} desc nulls last`).limit(2);
}

/** Keeps a pair of keys, if there is none. Returns those that are kept: another instance may have been faster. */
export async function keepKeys(db: Db, keys: StoredKeys): Promise<StoredKeys[]> {
  await db.insert(samlKeys).values(keys).onConflictDoNothing();
  const kept = await findKeys(db);
  if (kept.length === 0) throw new Error("the SAML key was deleted meanwhile");
  return kept;
}
