import { and, eq } from "drizzle-orm";
import { type Db, database } from "@/db/client";
import { accounts } from "@/db/schema/people";

/** An account at a provider. */
export type ProviderAccount = { provider: string; providerAccountId: string };

/** Whose an account of a provider is here; undefined: nobody's. */
export async function ownerOf(account: ProviderAccount, db: Db = database()): Promise<string | undefined> {
  const { provider, providerAccountId } = account;
  const [row] = await db
    .select({ userId: accounts.userId })
    .from(accounts)
    .where(and(eq(accounts.provider, provider), eq(accounts.providerAccountId, providerAccountId)));
  return row?.userId;
}

/** Links a provider's account to a person who is signed in. False when somebody, or they themselves, have linked it already. */
export async function link(db: Db, userId: string, account: ProviderAccount): Promise<boolean> {
  const rows = await db
    .insert(accounts)
    .values({ ...account, userId, type: "oauth", beganAccount: false })
    .onConflictDoNothing()
    .returning({ userId: accounts.userId });
  return rows.length > 0;
}
