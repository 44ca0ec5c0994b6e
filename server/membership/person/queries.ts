import { and, eq, isNull, sql } from "drizzle-orm";
import type { Db } from "@/db/client";
import { users } from "@/db/schema/people";

/**
 * Takes a share lock on a person's account until the transaction ends. False: it is deleted. This lock is taken before
 * any workspace's lock. Inserting a row that only refers to the person, such as an audit row, takes a weaker lock,
 * which `lock` does not block: it is inserted under a workspace's lock, for which a deletion may be waiting.
 */
export async function hold(db: Db, userId: string): Promise<boolean> {
  const [row] = await db
    .select({ id: users.id })
    .from(users)
    .where(and(eq(users.id, userId), isNull(users.deletedAt)))
    .for("share");
  return row !== undefined;
}

/** Locks a person's account for its deletion, so that they cannot join a workspace meanwhile. */
export async function lock(db: Db, userId: string): Promise<void> {
  await db.select({ id: users.id }).from(users).where(eq(users.id, userId)).for("no key update");
}

/** Returns a person's name and e-mail address; undefined: there is no such person. */
export async function named(db: Db, userId: string): Promise<{ name: string; email: string | null } | undefined> {
  const [row] = await db.select({ name: users.name, email: users.email }).from(users).where(eq(users.id, userId));
  return row;
}

/** Checks whether an account was made in the last day, by the database's clock. */
export async function isNew(db: Db, userId: string): Promise<boolean> {
  const [row] = await db
    .select({ isNew: sql<boolean>`${users.createdAt} > now() - interval '1 day'` })
    .from(users)
    .where(eq(users.id, userId));
  return row?.isNew ?? true;
}
