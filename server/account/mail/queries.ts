import { eq } from "drizzle-orm";
import type { Db } from "@/db/client";
import { mailOptOuts } from "@/db/schema/account";

/** Returns the kinds of mail a person does not want. */
export async function list(db: Db, userId: string): Promise<string[]> {
  const rows = await db
    .select({ topic: mailOptOuts.topic })
    .from(mailOptOuts)
    .where(eq(mailOptOuts.userId, userId))
    .orderBy(mailOptOuts.topic);
  return rows.map(({ topic }) => topic);
}

/** Sets which kinds of mail a person does not want, in place of the earlier ones. */
export async function replace(db: Db, userId: string, topics: string[]): Promise<void> {
  await db.delete(mailOptOuts).where(eq(mailOptOuts.userId, userId));
  if (topics.length > 0) await db.insert(mailOptOuts).values(topics.map((topic) => ({ userId, topic })));
}
