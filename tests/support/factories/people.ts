import { createHash, randomBytes } from "node:crypto";
import type postgres from "postgres";

/** The values of a person that a test can choose; all others have defaults. */
export type PersonValues = {
  name?: string;
  email?: string;
  isVerified?: boolean;
  ageDays?: number;
  timeZone?: string | null;
  locale?: string | null;
};

/**
 * Inserts a person with a verified address who signed up `ageDays` ago, by default 30. Their time zone is UTC, because without one
 * a page would ask the browser for it.
 */
export async function insertPerson(
  sql: postgres.ISql,
  values: PersonValues = {},
): Promise<{ id: string; name: string; email: string }> {
  const { name = "Ada Lovelace", isVerified = true, ageDays = 30, timeZone = "UTC", locale = null } = values;
  const { email = `person-${randomBytes(6).toString("hex")}@example.com` } = values;
  const [row] = await sql`
    insert into users (name, email, email_verified_at, created_at, time_zone, locale)
    values (${name}, ${email}, ${isVerified ? new Date() : null}, now() - make_interval(days => ${ageDays}), ${timeZone}, ${locale})
    returning id`;
  return { id: String(row?.id), name, email };
}

/** The values of a session that a test can choose: how many minutes ago it started and was last used, and the browser. */
export type SessionValues = { startedMinutesAgo?: number; seenMinutesAgo?: number; ip?: string; userAgent?: string };

/** Inserts a session that lasts 7 days. Returns its token, which is the value of the cookie `atelier.session`. */
export async function insertSession(sql: postgres.ISql, userId: string, values: SessionValues = {}): Promise<string> {
  const { startedMinutesAgo = 0, seenMinutesAgo = 0, ip = null, userAgent = null } = values;
  const token = randomBytes(32).toString("base64url");
  await sql`
    insert into sessions (token_hash, user_id, expires_at, created_at, last_seen_at, ip, user_agent)
    values (${createHash("sha256").update(token).digest("base64url")}, ${userId}, now() + interval '7 days',
      now() - make_interval(mins => ${startedMinutesAgo}), now() - make_interval(mins => ${seenMinutesAgo}), ${ip}, ${userAgent})`;
  return token;
}
