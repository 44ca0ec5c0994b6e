import { randomBytes } from "node:crypto";
import { cookies, headers } from "next/headers";
import NextAuth, { type NextAuthConfig } from "next-auth";
import type { EmailConfig } from "next-auth/providers";
import { transaction } from "@/db/client";
import { describeBrowser } from "@/server/account/browser";
import { env } from "@/server/env";
import { log } from "@/server/log";
import { link } from "@/server/mail/links";
import * as mail from "@/server/mail/queries";
import { adapter } from "./adapter";
import { browserMark } from "./browser-mark";
import { safePath } from "./callback-url";
import { cookieNames, cookieOptions } from "./cookies";

/** A sign-in link works for 10 minutes. */
export const linkMinutes = 10;

const cookieDays = 30;

/**
 * Auth.js makes and ends sessions, and nothing else asks it anything: who is signed in is `session()`'s business. Its
 * routes are not mounted; the pages call these functions, so nothing of it answers to the outside.
 */
export const { handlers, signIn, signOut } = NextAuth(() => config());

function config(): NextAuthConfig {
  return {
    adapter: adapter(),
    secret: env().AUTH_SECRET,
    trustHost: true,
    session: {
      strategy: "database",
      maxAge: cookieDays * 86_400,
      generateSessionToken: () => randomBytes(32).toString("base64url"),
    },
    cookies: { sessionToken: { name: cookieNames().session, options: cookieOptions() } },
    useSecureCookies: env().isSecure,
    pages: { signIn: "/sign-in", verifyRequest: "/sign-in/check-email", error: "/sign-in" },
    providers: [emailLink()],
    callbacks: {
      redirect: ({ url }) =>
        link(safePath(url.startsWith(env().APP_URL) ? url.slice(env().APP_URL.length) || "/" : url) as `/${string}`),
    },
    logger: {
      // A used or expired link is a person's mistake, not ours, and Auth.js's own message would print the address.
      error: (error) => {
        if (error.name !== "Verification") log.error({ err: error }, "sign-in failed");
      },
      warn: () => {},
      debug: () => {},
    },
  };
}

/** Sign-in by a mailed link. The mail leads to a page whose button uses the token up; opening it uses up nothing. */
function emailLink(): EmailConfig {
  return {
    id: "email",
    type: "email",
    name: "Email",
    maxAge: linkMinutes * 60,
    generateVerificationToken: () => randomBytes(32).toString("base64url"),
    async sendVerificationRequest({ identifier, token, url }) {
      const callbackUrl = safePath(
        new URL(new URL(url).searchParams.get("callbackUrl") ?? "/", env().APP_URL).href.slice(env().APP_URL.length),
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
