import { randomBytes } from "node:crypto";
import { eq, sql } from "drizzle-orm";
import { cookies, headers } from "next/headers";
import { NextRequest } from "next/server";
import NextAuth, { type NextAuthConfig } from "next-auth";
import type { EmailConfig } from "next-auth/providers";
import { type Db, transaction } from "@/db/client";
import { users } from "@/db/schema/people";
import { emailAddress } from "@/server/api/input";
import { recordAccount } from "@/server/audit/queries";
import { link } from "@/server/mail/links";
import * as mail from "@/server/mail/queries";
import { cookieNames, cookieOptions, sessionCookieSeconds } from "@/server/platform/cookies";
import { env } from "@/server/platform/env";
import { log } from "@/server/platform/log";
import { describeBrowser } from "@/server/platform/user-agent";
import { adapter } from "./adapter";
import { becomeOperator } from "./become-operator";
import { bridgedProviders } from "./bridge";
import { browserMark } from "./browser-mark";
import { safePath } from "./callback-url";
import { handedOver, type VerifiedPerson } from "./handed-over";
import { markBrowser, noteBrowser } from "./known-browser";
import { isMailLinkOn } from "./mail-link";
import { createContext } from "./page-context";
import { isDeactivated, noteSeen } from "./person";
import { requiredProvider } from "./rules/queries";
import { refusalOfEntry } from "./sign-up";

/** How many minutes a sign-in link works. */
const linkMinutes = 10;

/**
 * Auth.js only creates and ends sessions; `session()` tells who is signed in. Of its routes only the callbacks of the
 * providers are mounted; the pages call these functions.
 */
export const { handlers, signIn, signOut } = NextAuth(() => config());

function config(): NextAuthConfig {
  return {
    adapter: adapter(),
    secret: env().AUTH_SECRET,
    trustHost: true,
    session: {
      strategy: "database",
      maxAge: sessionCookieSeconds,
      generateSessionToken: () => randomBytes(32).toString("base64url"),
    },
    cookies: { sessionToken: { name: cookieNames().session, options: cookieOptions() } },
    useSecureCookies: env().isSecure,
    pages: { signIn: "/sign-in", verifyRequest: "/sign-in/check-email", error: "/sign-in" },
    providers: [emailLink(), ...bridgedProviders()],
    callbacks: {
      redirect: ({ url }) => ownUrl(url),
      signIn: async ({ user, account }) =>
        (account?.type === "email" ? await isMailLinkOn() : handedOver.getStore() !== undefined) &&
        (await mayEnter(user.id, user.email)),
    },
    events: {
      signIn: async ({ user, account }) => {
        if (user.id) await rememberSignIn(user.id, account?.provider ?? "email", handedOver.getStore()?.email);
      },
      linkAccount: async ({ user, account }) => {
        if (user.id)
          await inAccount(user.id, (db, actor) =>
            recordAccount(db, actor, "account.provider_linked", { provider: account.provider }),
          );
      },
    },
    logger: {
      // A used link or a refused provider is no fault of this instance, and the message of Auth.js would print an
      // address.
      error: (error) => {
        // Compared by `type`: the class has another name in the build.
        const { type = "" } = error as { type?: string };
        if (!["Verification", "OAuthAccountNotLinked", "AccountNotLinked", "AccessDenied"].includes(type)) {
          log.error({ err: error }, "sign-in failed");
        }
      },
      warn: () => {},
      debug: () => {},
    },
  };
}

/**
 * Returns whether the person whom Auth.js is about to sign in may enter: an existing one unless they are deactivated, a
 * new one if the sign-up settings allow their address.
 */
async function mayEnter(userId: string | undefined, email: string | null | undefined): Promise<boolean> {
  const known = emailAddress.safeParse(email);
  // A provider's claims may have no address: then `findPerson` decides by the address of the account.
  if (known.success) {
    const required = await requiredProvider(known.data);
    if (required !== null && required !== handedOver.getStore()?.provider) return false;
  }
  const isOut = await isDeactivated(userId);
  if (isOut !== undefined) return !isOut;
  const address = emailAddress.safeParse(email);
  return address.success && (await refusalOfEntry(address.data)) === null;
}

/** Returns the address to which Auth.js was told to redirect, as an address of this site. */
function ownUrl(url: string): string {
  const { APP_URL } = env();
  const path = url === APP_URL || url.startsWith(`${APP_URL}/`) ? url.slice(APP_URL.length) || "/" : url;
  return link(safePath(path) as `/${string}`);
}

/**
 * Signs in a person whom a provider has verified: creates the session and, for a new person, the account, which
 * requires an address that the provider vouches for. An existing session is hidden from Auth.js, which would otherwise
 * link the provider to its account: linking is a separate request that needs a recent sign-in.
 *
 * @returns the headers with the session's cookie, or the error code of Auth.js
 */
export async function signInVerified(
  request: Request,
  person: VerifiedPerson,
): Promise<{ headers: Headers } | { error: string }> {
  const sent = new Headers(request.headers);
  sent.delete("cookie");
  const url = `${env().APP_URL}/api/auth/callback/${person.provider}?code=handed-over`;
  const answer = await handedOver.run(person, () => handlers.GET(new NextRequest(url, { headers: sent })));
  const isSignedIn = answer.headers.getSetCookie().some((cookie) => cookie.startsWith(`${cookieNames().session}=`));
  if (isSignedIn) return { headers: answer.headers };
  const [, query] = (answer.headers.get("location") ?? "").split("?");
  return { error: new URLSearchParams(query).get("error") ?? `status ${answer.status}` };
}

/**
 * Records the sign-in and its browser, and marks the person's address as verified when the provider has just vouched
 * for the same address.
 */
export async function rememberSignIn(
  userId: string,
  provider: string,
  vouched: string | null | undefined,
): Promise<void> {
  const mark = await markBrowser();
  await inAccount(userId, async (db, actor) => {
    if (vouched) {
      await db
        .update(users)
        .set({ emailVerified: sql`coalesce(${users.emailVerified}, now())` })
        .where(sql`${users.id} = ${userId} and ${users.email} = ${vouched}`);
    }
    const [person] = await db
      .select({ email: users.email, verifiedAt: users.emailVerified })
      .from(users)
      .where(eq(users.id, userId));
    if (!person) return;
    await becomeOperator(db, actor, person.verifiedAt && person.email);
    await noteSeen(db, userId);
    await noteBrowser(db, userId, mark, actor.origin);
    await recordAccount(db, actor, "account.signed_in", { provider });
  });
}

async function inAccount(
  userId: string,
  run: (
    db: Db,
    actor: { person: { id: string }; origin: Awaited<ReturnType<typeof createContext>>["origin"] },
  ) => Promise<void>,
): Promise<void> {
  const { origin } = await createContext();
  await transaction("write", {}, (db) => run(db, { person: { id: userId }, origin }));
}

/**
 * Configures sign-in by a mailed link. The link leads to a page whose button uses the token up; opening the page does
 * not.
 */
function emailLink(): EmailConfig {
  return {
    id: "email",
    type: "email",
    name: "Email",
    maxAge: linkMinutes * 60,
    generateVerificationToken: () => randomBytes(32).toString("base64url"),
    async sendVerificationRequest({ identifier, token, url }) {
      const callbackUrl = safePath(
        ownUrl(new URL(url).searchParams.get("callbackUrl") ?? "/").slice(env().APP_URL.length),
      );
      const sent = await headers();
      await transaction("write", {}, (db) =>
        mail.enqueue(db, {
          to: identifier,
          template: "sign-in",
          props: {
            url: link("/sign-in/confirm", { token, ...(callbackUrl === "/" ? {} : { callbackUrl }) }),
            email: identifier,
            expiresInMinutes: linkMinutes,
            requestedFrom: describeBrowser(sent.get("user-agent")),
            origin: env().APP_URL,
          },
        }),
      );
      (await cookies()).set(cookieNames().asked, browserMark(token), { ...cookieOptions(), maxAge: linkMinutes * 60 });
    },
  };
}
