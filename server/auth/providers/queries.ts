import { and, eq } from "drizzle-orm";
import { type Db, database } from "@/db/client";
import { accounts } from "@/db/schema/people";

/** An account at a provider. */
export type ProviderAccount = { provider: string; providerAccountId: string };

/** Finds the person who has linked a provider's account; undefined when there is none. */
export async function ownerOf(account: ProviderAccount, db: Db = database()): Promise<string | undefined> {
  const { provider, providerAccountId } = account;
  const [row] = await db
    .select({ userId: accounts.userId })
    .from(accounts)
    .where(and(eq(accounts.provider, provider), eq(accounts.providerAccountId, providerAccountId)));
  return row?.userId;
}

/** Links a provider's account to a person who is signed in. False when it is linked already, to them or to another person. */
export async function link(db: Db, userId: string, account: ProviderAccount): Promise<boolean> {
  const rows = await db
    .insert(accounts)
    .values({ ...account, userId, type: "oauth", beganAccount: false })
    .onConflictDoNothing()
    .returning({ userId: accounts.userId });
  return rows.length > 0;
}
