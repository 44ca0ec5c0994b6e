import { env } from "@/server/env";

/** Names and options of the cookies that sign-in uses. With https they are bound to this host and path by their prefix. */
export function cookieNames() {
  const prefix = env().isSecure ? "__Host-" : "";
  return { session: `${prefix}atelier.session`, asked: `${prefix}atelier.asked` };
}

/** Never readable by scripts; sent along when somebody follows a link here, but with no request another site makes. */
export function cookieOptions() {
  return { httpOnly: true, sameSite: "lax" as const, path: "/", secure: env().isSecure };
}
