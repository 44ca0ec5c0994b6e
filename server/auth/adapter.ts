import { DrizzleAdapter } from "@auth/drizzle-adapter";
import { eq, sql } from "drizzle-orm";
import { headers } from "next/headers";
import type { Adapter, AdapterSession } from "next-auth/adapters";
import { database } from "@/db/client";
import { passkeys } from "@/db/schema/account";
import { accounts, sessions, users, verificationTokens } from "@/db/schema/people";
import { emailAddress, properName } from "@/server/api/input";
import { handedOver } from "./handed-over";
import { nameFromAddress } from "./name-from-address";
import { absoluteLimit, findPerson, hashSessionToken, idleLimit } from "./person";
import { countAccount } from "./sign-up";

/**
 * Returns the Drizzle adapter, except that session tokens are hashed before they reach the database, sessions carry the idle
 * limit and where they come from, and a new person has a name from the start.
 */
export function adapter(): Adapter {
  const tables = {
    usersTable: users,
    accountsTable: accounts,
    sessionsTable: sessions,
    verificationTokensTable: verificationTokens,
  };
  const base = DrizzleAdapter(database(), tables as never) as Required<Adapter>;
  return {
    ...base,
    async createUser(user) {
      const email = canonical(user.email);
      // Of several at once each may have found room before. Auth.js sends them on as it does those it did not let in.
      if (!(await countAccount(email))) throw await tooManyAccounts();
      const name = properName("The name").safeParse(user.name);
      return base.createUser({ ...user, email, name: name.success ? name.data : nameFromAddress(email) });
    },
    getUserByEmail: (email) => base.getUserByEmail(canonical(email)),
    async updateUser(user) {
      // A mailed link has just proved who owns this address. Sessions from before had not proved it, and end.
      if (user.emailVerified) await evictUnverified(user.id);
      return base.updateUser(user);
    },
    async createSession({ sessionToken, userId, expires }) {
      await beginSession(sessionToken, userId, false);
      // Auth.js puts these two into the cookie, which may live as long as the session at most can.
      return { sessionToken, userId, expires };
    },
    async linkAccount({ userId, type, provider, providerAccountId }) {
      // Auth.js links only the account that a new person came with; what is linked later is `providers/finish.ts`.
      await database().insert(accounts).values({ userId, type, provider, providerAccountId, beganAccount: true });
    },
    async getSessionAndUser(sessionToken) {
      // A session that has ended must not count as being signed in.
      if (!(await findPerson(sessionToken))) return null;
      const found = await base.getSessionAndUser(hashSessionToken(sessionToken));
      return found && { ...found, session: { ...found.session, sessionToken } };
    },
    updateSession: async (session) =>
      (await base.updateSession({
        ...session,
        sessionToken: hashSessionToken(session.sessionToken),
      })) as AdapterSession | null,
    deleteSession: (sessionToken) => base.deleteSession(hashSessionToken(sessionToken)),
  };
}

/** Returns an error that Auth.js answers as it answers a person whom its callback does not let in. */
async function tooManyAccounts(): Promise<Error> {
  // Only where it is needed: Auth.js loads parts of Next that are not there outside of it.
  const { AuthError } = await import("next-auth");
  class TooManyAccounts extends AuthError {
    static type = "AccessDenied";
  }
  return new TooManyAccounts("there are too many new accounts today");
}

/** Returns an address the way it is stored. Throws on what is none: a provider may send anything. */
function canonical(email: string): string {
  return emailAddress.parse(email);
}

/** Makes a session of a person in the browser that asks. `byPasskey`: they have shown one. */
export async function beginSession(sessionToken: string, userId: string, byPasskey: boolean): Promise<void> {
  const sent = await headers();
  const verified = handedOver.getStore();
  await database()
    .insert(sessions)
    .values({
      sessionToken: hashSessionToken(sessionToken),
      userId,
      expires: sql`now() + least(${idleLimit}, ${absoluteLimit})`,
      ip: sent.get("x-client-address"),
      userAgent: sent.get("user-agent")?.slice(0, 400) ?? null,
      provider: verified?.provider ?? null,
      providerSessionHash: verified?.session ? hashSessionToken(verified.session) : null,
      byPasskey,
    });
}

async function evictUnverified(userId: string): Promise<void> {
  const db = database();
  const [row] = await db.select({ verifiedAt: users.emailVerified }).from(users).where(eq(users.id, userId));
  if (row?.verifiedAt !== null) return;
  await db.delete(accounts).where(eq(accounts.userId, userId));
  await db.delete(passkeys).where(eq(passkeys.userId, userId));
  await db.delete(sessions).where(eq(sessions.userId, userId));
}
