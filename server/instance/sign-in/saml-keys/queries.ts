import { eq, sql } from "drizzle-orm";
import type { Db } from "@/db/client";
import { samlKeys } from "@/db/schema/sign-in";
import type { StoredKeys } from "@/server/auth/saml/queries";

/** A key pair as shown to operators. */
export type ListedKey = { id: boolean; certificate: string; signsSince: Date | null; createdAt: Date };

const columns = {
  ...{ id: samlKeys.id, certificate: samlKeys.certificate },
  ...{ signsSince: samlKeys.signsSince, createdAt: samlKeys.createdAt },
};
const inOrder = sql`${samlKeys.signsSince} desc nulls last`;

/** Returns the instance's key pairs, the signing one first; at most two. */
export async function list(db: Db): Promise<ListedKey[]> {
  return db.select(columns).from(samlKeys).orderBy(inOrder).limit(2);
}

/** Returns the same and locks the pairs until the transaction ends. */
export async function hold(db: Db): Promise<ListedKey[]> {
  // Locks all rows first: otherwise changes of another transaction would appear in the earlier order.
  await db.select({ id: samlKeys.id }).from(samlKeys).orderBy(samlKeys.id).for("update");
  return list(db);
}

/** Adds a key pair besides the signing one. Returns false when there are two already. */
export async function addBeside(db: Db, signing: ListedKey, keys: StoredKeys): Promise<boolean> {
  const rows = await db
    .insert(samlKeys)
    .values({ ...keys, id: !signing.id, signsSince: null })
    .onConflictDoNothing()
    .returning({ id: samlKeys.id });
  return rows.length > 0;
}

/** Makes a key pair the signing one from now on. */
export async function sign(db: Db, id: boolean): Promise<void> {
  await db.update(samlKeys).set({ signsSince: sql`clock_timestamp()` }).where(eq(samlKeys.id, id));
}

/** Deletes a key pair. */
export async function remove(db: Db, id: boolean): Promise<void> {
  await db.delete(samlKeys).where(eq(samlKeys.id, id));
}
