import { createHash, randomBytes } from "node:crypto";
import type postgres from "postgres";
import { hashToken } from "@/server/joining/invitations/token";
import { insertSession } from "../factories/people";
import { TestAuthenticator } from "../fakes/authenticator";
import type { Signed } from "../people";

/** Returns the challenge that a world's caller must answer to add a passkey. */
export const challengeOf = (userId: string) => createHash("sha256").update(userId).digest();

/**
 * Inserts pending changes of a person's account: a change of address, a passkey, and a challenge for another
 * one.
 */
export async function secondWaysIn(sql: postgres.ISql, { person: { id } }: Signed) {
  const changeToken = randomBytes(32).toString("base64url");
  const [[row], , , , [session]] = await Promise.all([
    sql`
      insert into passkeys (user_id, credential_id, public_key, counter, name, is_synced)
      values (${id}, ${randomBytes(16).toString("base64url")}, ${randomBytes(70)}, 0, 'A passkey', false) returning id`,
    sql`
      insert into email_changes (user_id, email, token_hash, expires_at)
      values (${id}, ${`new-${id}@example.com`}, ${hashToken(changeToken)}, now() + interval '10 minutes')`,
    sql`
      insert into passkey_challenges (challenge_hash, purpose, user_id, expires_at)
      values (${createHash("sha256").update(challengeOf(id)).digest()}, 'add', ${id}, now() + interval '5 minutes')`,
    insertSession(sql, id),
    sql`select id from sessions where user_id = ${id}`,
  ]);
  return { changeToken, passkeyId: String(row?.id), sessionId: String(session?.id), passkey: new TestAuthenticator() };
}
