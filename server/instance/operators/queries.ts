import { and, eq, isNotNull, isNull } from "drizzle-orm";
import type { Db } from "@/db/client";
import { users } from "@/db/schema/people";

/** Returns the person with a verified address who is not deactivated; undefined: there is none. */
export async function personByAddress(db: Db, email: string): Promise<{ id: string; name: string } | undefined> {
  const [row] = await db
    .select({ id: users.id, name: users.name })
    .from(users)
    .where(
      and(eq(users.email, email), isNotNull(users.emailVerified), isNull(users.deletedAt), isNull(users.deactivatedAt)),
    );
  return row;
}

/** Returns a person's address; undefined when there is no such person. */
export async function addressOf(db: Db, userId: string): Promise<string | null | undefined> {
  const [row] = await db.select({ email: users.email }).from(users).where(eq(users.id, userId));
  return row?.email;
}
