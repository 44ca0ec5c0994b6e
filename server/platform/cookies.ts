import { env } from "./env";

/** A session's cookie may live as long as the session at most can: 30 days. */
export const sessionCookieSeconds = 30 * 86_400;

/** Names and options of the cookies that sign-in uses. With https they are bound to this host and path by their prefix. */
export function cookieNames() {
  const prefix = env().isSecure ? "__Host-" : "";
  return {
    session: `${prefix}atelier.session`,
    asked: `${prefix}atelier.asked`,
    address: `${prefix}atelier.address`,
    browser: `${prefix}atelier.browser`,
    attempt: `${prefix}atelier.attempt.`,
  };
}

/** Returns a cookie's options: never readable by scripts; sent when a person follows a link to this site, but not with requests of other sites. */
export function cookieOptions() {
  return { httpOnly: true, sameSite: "lax" as const, path: "/", secure: env().isSecure };
}
