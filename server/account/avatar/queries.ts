import { and, eq, isNull } from "drizzle-orm";
import type { Db } from "@/db/client";
import { userAvatars } from "@/db/schema/account";
import { users } from "@/db/schema/people";

/** Returns a person's own picture as WebP, or undefined when it is not, or no longer, the one of this hash. */
export async function find(db: Db, userId: string, hash: string): Promise<Buffer | undefined> {
  const [row] = await db
    .select({ webp: userAvatars.webp })
    .from(userAvatars)
    .innerJoin(users, eq(users.id, userAvatars.userId))
    .where(and(eq(userAvatars.userId, userId), eq(users.avatar, hash)));
  return row?.webp;
}

/**
 * Reads the hash of a person's picture and locks it until the transaction ends; null when there is none.
 * Undefined when the account is deleted.
 */
export async function hold(db: Db, userId: string): Promise<string | null | undefined> {
  const [row] = await db
    .select({ avatar: users.avatar })
    .from(users)
    .where(and(eq(users.id, userId), isNull(users.deletedAt)))
    .for("no key update");
  return row?.avatar;
}

/** Gives a person a picture, in the place of the one they had. */
export async function set(db: Db, userId: string, { webp, hash }: { webp: Buffer; hash: string }): Promise<void> {
  await db
    .insert(userAvatars)
    .values({ userId, webp })
    .onConflictDoUpdate({ target: userAvatars.userId, set: { webp } });
  await db.update(users).set({ avatar: hash }).where(eq(users.id, userId));
}

/** Takes a person's picture away. */
export async function remove(db: Db, userId: string): Promise<void> {
  await db.delete(userAvatars).where(eq(userAvatars.userId, userId));
  await db.update(users).set({ avatar: null }).where(eq(users.id, userId));
}
