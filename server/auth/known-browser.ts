import { createHash, randomBytes } from "node:crypto";
import { and, eq, sql } from "drizzle-orm";
import { cookies } from "next/headers";
import type { Db } from "@/db/client";
import { knownBrowsers } from "@/db/schema/account";
import { accountEvents } from "@/db/schema/audit";
import { users } from "@/db/schema/people";
import type { Origin } from "@/server/api/context";
import { link, linkOrigin } from "@/server/mail/links";
import * as mail from "@/server/mail/queries";
import { cookieNames, cookieOptions } from "@/server/platform/cookies";
import { describeBrowser } from "@/server/platform/user-agent";

/** The longest time for which browsers keep a cookie. */
const markDays = 400;

/** Returns the random mark that recognises this browser at later sign-ins. Sets one if it has none. */
export async function markBrowser(): Promise<Buffer> {
  const jar = await cookies();
  const name = cookieNames().browser;
  const kept = jar.get(name)?.value;
  const mark = kept && /^[\w-]{43}$/.test(kept) ? kept : randomBytes(32).toString("base64url");
  // Set again each time, so that its lifetime starts anew.
  jar.set(name, mark, { ...cookieOptions(), maxAge: markDays * 86_400 });
  return createHash("sha256").update(mark).digest();
}

/** Checks whether the owner of an address has signed in with this browser before. Does not set a mark. */
export async function isKnownBrowser(db: Db, email: string, mark: string | undefined): Promise<boolean> {
  if (!mark || !/^[\w-]{43}$/.test(mark)) return false;
  const [row] = await db
    .select({ userId: knownBrowsers.userId })
    .from(knownBrowsers)
    .innerJoin(users, eq(users.id, knownBrowsers.userId))
    .where(and(eq(users.email, email), eq(knownBrowsers.markHash, createHash("sha256").update(mark).digest())));
  return row !== undefined;
}

/**
 * Records that a person signs in with a browser, and mails them if they have not used it before. At a person's first
 * sign-in no mail is sent, because every browser is new then. Must be called before the sign-in itself is recorded.
 */
export async function noteBrowser(db: Db, userId: string, markHash: Buffer, origin: Origin): Promise<void> {
  const seen = await db
    .update(knownBrowsers)
    .set({ lastSeenAt: sql`now()` })
    .where(and(eq(knownBrowsers.userId, userId), eq(knownBrowsers.markHash, markHash)))
    .returning({ userId: knownBrowsers.userId });
  if (seen.length > 0) return;
  await db.insert(knownBrowsers).values({ userId, markHash }).onConflictDoNothing();
  const [before] = await db
    .select({ id: accountEvents.id })
    .from(accountEvents)
    .where(and(eq(accountEvents.userId, userId), eq(accountEvents.action, "account.signed_in")))
    .limit(1);
  const [person] = await db.select({ email: users.email }).from(users).where(eq(users.id, userId));
  if (!before || !person?.email) return;
  await mail.enqueue(db, {
    to: person.email,
    template: "new-device",
    props: {
      url: link("/account"),
      recipient: person.email,
      browser: describeBrowser(origin.userAgent),
      address: origin.ip,
      at: new Date().toISOString(),
      origin: linkOrigin(),
    },
  });
}
