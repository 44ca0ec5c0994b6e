import { env } from "./env";

/** The lifetime of a session's cookie in seconds: 30 days, the longest that a session can last. */
export const sessionCookieSeconds = 30 * 86_400;

/**
 * Returns the names of the cookies that sign-in uses. With https the prefix binds them to this host and the path `/`.
 */
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

/**
 * Returns the options of a cookie: scripts cannot read it, and it is sent when a person follows a link to this site,
 * but not with other requests from other sites.
 */
export function cookieOptions() {
  return { httpOnly: true, sameSite: "lax" as const, path: "/", secure: env().isSecure };
}
