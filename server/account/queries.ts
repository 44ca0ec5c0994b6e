import { and, asc, desc, eq, inArray, ne, sql } from "drizzle-orm";
import type { Db } from "@/db/client";
import { isOpenInvitation } from "@/db/open-invitation";
import {
  emailChanges,
  knownBrowsers,
  mailOptOuts,
  passkeyChallenges,
  passkeys,
  userAvatars,
} from "@/db/schema/account";
import { accounts, sessions, users, verificationTokens } from "@/db/schema/people";
import { invitations, memberships, workspaces } from "@/db/schema/workspaces";
import { onceInSql } from "@/db/written";
import type { Role } from "@/server/access/permissions";

/** The most invitations that are counted. */
const mostInvitations = 20;

const standingOf = onceInSql(
  ["email"],
  (of) => sql<{ isOperator: boolean; invitations: number }>`
    select app_is_operator() as "isOperator", (select count(*)::int from (
      select from ${invitations} join ${workspaces} w on w.id = ${invitations.workspaceId} join ${users} u on u.id = ${invitations.invitedBy}
      where ${invitations.email} = ${of.email} and ${isOpenInvitation} limit ${sql.raw(String(mostInvitations))}) counted) as invitations`,
);

/**
 * Returns what the account menu shows of the transaction's person besides their workspaces: whether they are an
 * operator now, and how many invitations wait for their address, at most 20. It is one statement, because every page
 * asks for this. `email` is null while the person has not verified their address.
 */
export async function standing(db: Db, email: string | null): Promise<{ isOperator: boolean; invitations: number }> {
  const [row] = await standingOf(db, { email });
  return row ?? { isOperator: false, invitations: 0 };
}

/** Sets the person's name. Returns the earlier one. */
export async function rename(db: Db, userId: string, name: string): Promise<string> {
  const [before] = await db.select({ name: users.name }).from(users).where(eq(users.id, userId)).for("update");
  await db.update(users).set({ name }).where(eq(users.id, userId));
  return before?.name ?? "";
}

/** Returns the signed-in browsers of the person, the last used first, at most 50. */
export async function listSessions(db: Db, userId: string) {
  return db
    .select({
      id: sessions.id,
      userAgent: sessions.userAgent,
      ip: sessions.ip,
      createdAt: sessions.createdAt,
      lastSeenAt: sessions.lastSeenAt,
    })
    .from(sessions)
    .where(and(eq(sessions.userId, userId), sql`${sessions.expires} > now()`))
    .orderBy(desc(sessions.lastSeenAt))
    .limit(50);
}

/** Ends all sessions of the person except one. Returns how many it ended. */
export async function endOtherSessions(db: Db, userId: string, keptId: string): Promise<number> {
  const rows = await db
    .delete(sessions)
    .where(and(eq(sessions.userId, userId), ne(sessions.id, keptId)))
    .returning({ id: sessions.id });
  return rows.length;
}

/** Ends the sessions of the person that began with a provider, except one. Returns how many it ended. */
export async function endSessionsOf(db: Db, userId: string, provider: string, keptId: string): Promise<number> {
  const rows = await db
    .delete(sessions)
    .where(and(eq(sessions.userId, userId), eq(sessions.provider, provider), ne(sessions.id, keptId)))
    .returning({ id: sessions.id });
  return rows.length;
}

/**
 * Ends one session of a person, unless it is the kept one. Returns the name of its browser; undefined: there was no
 * such session.
 */
export async function endSession(
  db: Db,
  userId: string,
  id: string,
  keptId: string,
): Promise<{ userAgent: string | null } | undefined> {
  const [row] = await db
    .delete(sessions)
    .where(and(eq(sessions.userId, userId), eq(sessions.id, id), ne(sessions.id, keptId)))
    .returning({ userAgent: sessions.userAgent });
  return row;
}

/** Returns the providers that a person has linked; `isLater`: linked after the account was created. */
export async function listLinked(db: Db, userId: string): Promise<{ id: string; isLater: boolean }[]> {
  return db
    .select({ id: accounts.provider, isLater: sql<boolean>`not ${accounts.beganAccount}` })
    .from(accounts)
    .where(eq(accounts.userId, userId))
    .orderBy(accounts.provider);
}

/** Unlinks a provider. Returns false when it was not linked. */
export async function unlink(db: Db, userId: string, provider: string): Promise<boolean> {
  const rows = await db
    .delete(accounts)
    .where(and(eq(accounts.userId, userId), eq(accounts.provider, provider)))
    .returning({ provider: accounts.provider });
  return rows.length > 0;
}

/**
 * Returns the provider that must stay linked because the person could sign in only with one that was linked later: the
 * first of `enabled` by its id. Undefined when they can sign in with a passkey or with the provider that created the
 * account.
 */
export async function onlyWayIn(db: Db, userId: string, enabled: string[]): Promise<string | undefined> {
  const [row] = await db
    .select({ provider: accounts.provider, began: accounts.beganAccount })
    .from(accounts)
    .where(
      and(
        ...[eq(accounts.userId, userId), inArray(accounts.provider, enabled)],
        sql`not exists (select from passkeys p where p.user_id = ${userId})`,
      ),
    )
    .orderBy(desc(accounts.beganAccount), asc(accounts.provider))
    .limit(1);
  return row && !row.began ? row.provider : undefined;
}

/** Unlinks all providers except the one that created the account, and `kept`. Returns the unlinked ones. */
export async function unlinkLater(db: Db, userId: string, kept?: string): Promise<string[]> {
  const rows = await db
    .delete(accounts)
    .where(
      and(
        ...[eq(accounts.userId, userId), eq(accounts.beganAccount, false)],
        kept === undefined ? undefined : ne(accounts.provider, kept),
      ),
    )
    .returning({ provider: accounts.provider });
  return rows.map(({ provider }) => provider);
}

/** Returns all live workspaces of a person with their role in each, in the order in which locks are taken. */
export async function listMemberships(
  db: Db,
  userId: string,
): Promise<{ workspaceId: string; name: string; slug: string; kind: "personal" | "organization"; role: Role }[]> {
  return db
    .select({
      workspaceId: workspaces.id,
      name: workspaces.name,
      slug: workspaces.slug,
      kind: workspaces.kind,
      role: memberships.role,
    })
    .from(memberships)
    .innerJoin(workspaces, eq(workspaces.id, memberships.workspaceId))
    .where(eq(memberships.userId, userId))
    .orderBy(workspaces.id);
}

/**
 * Deletes the person's unconfirmed new address and their open challenges for a new passkey. Returns that address if its
 * link still worked.
 */
export async function cancelPending(db: Db, userId: string): Promise<string | undefined> {
  await db.delete(passkeyChallenges).where(eq(passkeyChallenges.userId, userId));
  const [row] = await db
    .delete(emailChanges)
    .where(eq(emailChanges.userId, userId))
    .returning({ email: emailChanges.email, isOpen: sql<boolean>`${emailChanges.expiresAt} > now()` });
  return row?.isOpen ? row.email : undefined;
}

/**
 * Erases the personal data of an account: address, name, ways to sign in. The row stays, so that audit rows of
 * different people remain distinct.
 */
export async function erase(db: Db, userId: string, email: string): Promise<void> {
  await db.delete(sessions).where(eq(sessions.userId, userId));
  await db.delete(accounts).where(eq(accounts.userId, userId));
  for (const table of [passkeys, passkeyChallenges, emailChanges, knownBrowsers, mailOptOuts, userAvatars])
    await db.delete(table).where(eq(table.userId, userId));
  await db.delete(verificationTokens).where(eq(verificationTokens.identifier, email));
  await db
    .update(users)
    .set({
      name: "Deleted account",
      email: null,
      emailVerified: null,
      image: null,
      avatar: null,
      timeZone: null,
      locale: null,
      weekStart: null,
      deletedAt: sql`now()`,
    })
    .where(eq(users.id, userId));
}
