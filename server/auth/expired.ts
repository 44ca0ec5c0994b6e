import { lt, or, sql } from "drizzle-orm";
import type { Db } from "@/db/client";
import { emailChanges, knownBrowsers, passkeyChallenges } from "@/db/schema/account";
import { sessions, verificationTokens } from "@/db/schema/people";
import { absoluteLimit, idleLimit } from "./person";
import { forgetLogouts } from "./providers/logout-queries";
import { forgetTests } from "./providers/queries";
import { forgetAnswers } from "./saml/queries";

/**
 * Deletes expired sessions, links, challenges, SAML answers, logout tokens and results of sign-in tests, and browsers
 * not seen for longer than their cookie lives. Returns how many rows it deleted.
 */
export async function forgetExpired(db: Db): Promise<number> {
  const ended = await db
    .delete(sessions)
    .where(
      or(
        lt(sessions.expires, sql`now()`),
        lt(sessions.lastSeenAt, sql`now() - ${idleLimit}`),
        lt(sessions.createdAt, sql`now() - ${absoluteLimit}`),
      ),
    )
    .returning({ id: sessions.id });
  const links = await db
    .delete(verificationTokens)
    .where(lt(verificationTokens.expires, sql`now() - interval '1 day'`))
    .returning({ identifier: verificationTokens.identifier });
  const challenges = await db
    .delete(passkeyChallenges)
    .where(lt(passkeyChallenges.expiresAt, sql`now()`))
    .returning({ purpose: passkeyChallenges.purpose });
  const changes = await db
    .delete(emailChanges)
    .where(lt(emailChanges.expiresAt, sql`now()`))
    .returning({ email: emailChanges.email });
  const browsers = await db
    .delete(knownBrowsers)
    .where(lt(knownBrowsers.lastSeenAt, sql`now() - interval '400 days'`))
    .returning({ userId: knownBrowsers.userId });
  const tests = await forgetTests(db);
  const seen = (await forgetAnswers(db)) + (await forgetLogouts(db));
  return tests + seen + ended.length + links.length + challenges.length + changes.length + browsers.length;
}
