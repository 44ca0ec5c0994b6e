import { timingSafeEqual } from "node:crypto";
import { type Role, roles } from "@/server/access/permissions";
import { viewingSeconds } from "@/server/access/viewing";
import { macOf } from "@/server/platform/sealed";

const purpose = "view as";

/** Returns the cookie's value: a role, its end, and a signature of this server for this session and workspace. */
export function issueViewAs(sessionId: string, slug: string, role: Role, now = Date.now()): string {
  const said = `${role}.${Math.floor(now / 1_000) + viewingSeconds}`;
  return `${said}.${signed(sessionId, slug, said).toString("base64url")}`;
}

/** Returns the role in a cookie; null: it was not signed here, is for another session or workspace, or has expired. */
export function readViewAs(cookie: string | undefined, sessionId: string, slug: string, now = Date.now()): Role | null {
  const [, role, ends, mac] = /^([a-z]+)\.(\d{1,12})\.([\w-]{43})$/.exec(cookie ?? "") ?? [];
  if (!mac || Number(ends) * 1_000 <= now) return null;
  const isOurs = timingSafeEqual(Buffer.from(mac, "base64url"), signed(sessionId, slug, `${role}.${ends}`));
  return isOurs ? (roles.find((each) => each === role) ?? null) : null;
}

const signed = (sessionId: string, slug: string, said: string) =>
  macOf(purpose, Buffer.from(`${sessionId}\n${slug}\n${said}`));
