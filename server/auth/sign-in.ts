import { createHash, randomBytes } from "node:crypto";
import { and, eq, sql } from "drizzle-orm";
import { cookies } from "next/headers";
import { NextRequest } from "next/server";
import { database, transaction } from "@/db/client";
import { sessions, verificationTokens } from "@/db/schema/people";
import { refuse } from "@/server/api/refusals";
import { link, linkOrigin } from "@/server/mail/links";
import * as mail from "@/server/mail/queries";
import { cookieNames, cookieOptions, sessionCookieSeconds } from "@/server/platform/cookies";
import { env } from "@/server/platform/env";
import { rememberAskedAddress } from "./asked-address";
import { handlers, signIn, signOut } from "./auth";
import { browserMark } from "./browser-mark";
import { safePath } from "./callback-url";
import { refuseMailLink } from "./mail-link";
import { createContext } from "./page-context";
import { hashSessionToken } from "./person";
import { requiredProvider } from "./rules/queries";
import { chargeSignInMail } from "./sign-in-limits";
import { type EntryRefusal, refusalOfEntry } from "./sign-up";

/**
 * Mails a sign-in link to an address and marks this browser as the one that requested it. An address that may not sign
 * in gets a mail with the reason instead. Refuses `too_many`, `provider_required` when the address has to sign in with
 * a provider, and `mail_link_off`; when the limits cannot be checked, nothing is mailed.
 */
export async function mailSignInLink(email: string, callbackUrl: unknown): Promise<void> {
  const { origin } = await createContext();
  const mark = (await cookies()).get(cookieNames().browser)?.value;
  await transaction("write", {}, (db) => chargeSignInMail(db, email, origin.ip, mark));
  if (await requiredProvider(email)) throw refuse("provider_required");
  await refuseMailLink();
  const because = await refusalOfEntry(email);
  // Sent by mail: the page shows the same to all.
  if (because) await mailRefusal(email, because);
  else await signIn("email", { email, redirectTo: safePath(callbackUrl), redirect: false });
  await rememberAskedAddress(email, callbackUrl);
}

function mailRefusal(email: string, because: EntryRefusal): Promise<string> {
  const props = { because, email, url: link("/sign-in"), origin: linkOrigin() };
  return transaction("write", {}, (db) => mail.enqueue(db, { to: email, template: "sign-in-refused", props }));
}

/** What the page of a link shows before its button is pressed. Opening it changes nothing. */
export type LinkState = { state: "open"; email: string; isSameBrowser: boolean } | { state: "dead" };

/** Returns whom a sign-in link would sign in, and whether this browser requested it. */
export async function inspectLink(token: unknown): Promise<LinkState> {
  const email = await addressOf(token);
  if (!email || typeof token !== "string") return { state: "dead" };
  const asked = (await cookies()).get(cookieNames().asked)?.value;
  return { state: "open", email, isSameBrowser: asked === browserMark(token) };
}

/**
 * Uses a link up: creates a session, whose cookie is in the response headers, and ends this browser's earlier session.
 *
 * Refuses `provider_required`, `mail_link_off` and, for a new account when today's limit of new accounts is reached,
 * `too_many_accounts`. These leave the link unused. If several people take the last place at the same moment, the links
 * of the others are used up.
 *
 * @returns null when the link was used, has expired or never existed
 */
export async function confirmLink(request: Request, token: unknown, callbackUrl: unknown): Promise<Headers | null> {
  const email = await addressOf(token);
  if (!email || typeof token !== "string") return null;
  if (await requiredProvider(email)) throw refuse("provider_required");
  await refuseMailLink();
  if ((await refusalOfEntry(email)) === "too_many_accounts") throw refuse("too_many_accounts");
  const query = new URLSearchParams({ token, email, callbackUrl: link(safePath(callbackUrl) as `/${string}`) });
  const headers = new Headers(request.headers);
  for (const name of ["content-type", "content-length"]) headers.delete(name);
  const answer = await handlers.GET(new NextRequest(`${env().APP_URL}/api/auth/callback/email?${query}`, { headers }));
  const token_ = sessionTokenIn(answer.headers);
  if (!token_) return null;
  await endOldSession(token_);
  return answer.headers;
}

/** Ends this browser's session, also in the database, and sends the browser to the sign-in page. */
export async function endSession(callbackUrl: unknown = "/sign-in"): Promise<void> {
  await signOut({ redirectTo: safePath(callbackUrl), redirect: false });
}

/**
 * Gives a session a new token, also in this browser. The old token stops working, also for an attacker who has seen it.
 */
export async function rotateSession(sessionId: string): Promise<void> {
  const token = randomBytes(32).toString("base64url");
  await database()
    .update(sessions)
    .set({ sessionToken: hashSessionToken(token) })
    .where(eq(sessions.id, sessionId));
  (await cookies()).set(cookieNames().session, token, { ...cookieOptions(), maxAge: sessionCookieSeconds });
}

async function addressOf(token: unknown): Promise<string | undefined> {
  if (typeof token !== "string" || !/^[\w-]{43}$/.test(token)) return undefined;
  // The way Auth.js hashes tokens: the token followed by the secret.
  const hash = createHash("sha256").update(`${token}${env().AUTH_SECRET}`).digest("hex");
  const [row] = await database()
    .select({ email: verificationTokens.identifier })
    .from(verificationTokens)
    .where(and(eq(verificationTokens.token, hash), sql`${verificationTokens.expires} > now()`));
  return row?.email;
}

/** Returns the token of the new session in response headers; undefined: there is none. */
export function sessionTokenIn(headers: Headers): string | undefined {
  const prefix = `${cookieNames().session}=`;
  const cookie = headers.getSetCookie().find((value) => value.startsWith(prefix));
  return cookie?.slice(prefix.length).split(";")[0] || undefined;
}

/**
 * Ends the browser's earlier session. Each sign-in changes the token, so a token that an attacker planted stops
 * working.
 */
export async function endOldSession(newToken: string): Promise<void> {
  const oldToken = (await cookies()).get(cookieNames().session)?.value;
  if (oldToken && oldToken !== newToken) await forgetSession(oldToken);
}

/** Ends the session of a token. */
export async function forgetSession(token: string): Promise<void> {
  await database()
    .delete(sessions)
    .where(eq(sessions.sessionToken, hashSessionToken(token)));
}
