import { and, eq, isNull } from "drizzle-orm";
import type { Db } from "@/db/client";
import { userAvatars } from "@/db/schema/account";
import { users } from "@/db/schema/people";

/** Returns a person's own picture as WebP; undefined when they have none or its hash is another. */
export async function find(db: Db, userId: string, hash: string): Promise<Buffer | undefined> {
  const [row] = await db
    .select({ webp: userAvatars.webp })
    .from(userAvatars)
    .innerJoin(users, eq(users.id, userAvatars.userId))
    .where(and(eq(userAvatars.userId, userId), eq(users.avatar, hash)));
  return row?.webp;
}

/**
 * Returns the hash of a person's picture and locks their row until the transaction ends; null: no picture; undefined:
 * the account is deleted.
 */
export async function hold(db: Db, userId: string): Promise<string | null | undefined> {
  const [row] = await db
    .select({ avatar: users.avatar })
    .from(users)
    .where(and(eq(users.id, userId), isNull(users.deletedAt)))
    .for("no key update");
  return row?.avatar;
}

/** Sets a person's picture in place of their earlier one. */
export async function set(db: Db, userId: string, { webp, hash }: { webp: Buffer; hash: string }): Promise<void> {
  await db
    .insert(userAvatars)
    .values({ userId, webp })
    .onConflictDoUpdate({ target: userAvatars.userId, set: { webp } });
  await db.update(users).set({ avatar: hash }).where(eq(users.id, userId));
}

/** Removes a person's picture. */
export async function remove(db: Db, userId: string): Promise<void> {
  await db.delete(userAvatars).where(eq(userAvatars.userId, userId));
  await db.update(users).set({ avatar: null }).where(eq(users.id, userId));
}
