import { DrizzleAdapter } from "@auth/drizzle-adapter";
import { eq } from "drizzle-orm";
import { headers } from "next/headers";
import type { Adapter, AdapterSession } from "next-auth/adapters";
import { database } from "@/db/client";
import { passkeys } from "@/db/schema/account";
import { accounts, sessions, users, verificationTokens } from "@/db/schema/people";
import { emailAddress, properName } from "@/server/api/input";
import { handedOver } from "./handed-over";
import { nameFromAddress } from "./name-from-address";
import { findPerson, hashSessionToken } from "./person";
import { countAccount } from "./sign-up";
import { storeSession } from "./store-session";

/**
 * Returns the Drizzle adapter of Auth.js with these differences: session tokens are hashed before they reach the
 * database, sessions store the idle limit and their origin, and a new person gets a name at once.
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
      // Of several sign-ups at the same moment, each may have found room before. Auth.js redirects them like those that
      // its callback refused.
      if (!(await countAccount(email))) throw await tooManyAccounts();
      const name = properName("The name").safeParse(user.name);
      return base.createUser({ ...user, email, name: name.success ? name.data : nameFromAddress(email) });
    },
    getUserByEmail: (email) => base.getUserByEmail(canonical(email)),
    async updateUser(user) {
      // A mailed link has just proved who owns this address. Sessions from before had no such proof, so they end.
      if (user.emailVerified) await evictUnverified(user.id);
      return base.updateUser(user);
    },
    async createSession({ sessionToken, userId, expires }) {
      await beginSession(sessionToken, userId, false);
      // Auth.js writes these two into the cookie, which may live as long as the longest session.
      return { sessionToken, userId, expires };
    },
    async linkAccount({ userId, type, provider, providerAccountId }) {
      // Auth.js links only the provider with which a new account is created; later ones are linked by
      // `providers/finish.ts`.
      await database().insert(accounts).values({ userId, type, provider, providerAccountId, beganAccount: true });
    },
    async getSessionAndUser(sessionToken) {
      // A session that has ended must not count as signed in.
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

/** Returns an error that Auth.js handles like a refusal of its sign-in callback. */
async function tooManyAccounts(): Promise<Error> {
  // Imported only here: Auth.js loads parts of Next that do not exist outside of it.
  const { AuthError } = await import("next-auth");
  class TooManyAccounts extends AuthError {
    static type = "AccessDenied";
  }
  return new TooManyAccounts("there are too many new accounts today");
}

/** Returns an address in its stored form. @throws when it is not a valid address: a provider can send anything. */
function canonical(email: string): string {
  return emailAddress.parse(email);
}

/**
 * Creates a session for a person in the browser of this request. `byPasskey`: they signed in with a passkey.
 *
 * @throws `ProviderFailure` when the provider was disabled or deleted since it answered
 */
export async function beginSession(sessionToken: string, userId: string, byPasskey: boolean): Promise<void> {
  const sent = await headers();
  const verified = handedOver.getStore();
  await storeSession({
    sessionToken: hashSessionToken(sessionToken),
    userId,
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
