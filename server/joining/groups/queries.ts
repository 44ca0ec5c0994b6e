import { and, asc, eq, isNotNull, isNull, sql } from "drizzle-orm";
import type { Db } from "@/db/client";
import { groupRules, inForceSince, isInForce } from "@/db/schema/group-rules";
import { signInProviders } from "@/db/schema/sign-in";
import { memberships, workspaces } from "@/db/schema/workspaces";
import type { Role } from "@/server/access/permissions";

/** A rule as the Admins of its workspace see it. */
export type WorkspaceRule = {
  id: string;
  group: string;
  role: Role;
  provider: string;
  /** What it is accepted for: who says the groups, and in which claim. */
  issuer: string;
  claim: string | null;
  createdAt: Date;
  /** Null: it waits for an Admin, also where one accepted it for another claim or client. */
  acceptedAt: Date | null;
};

const columns = {
  ...{ id: groupRules.id, group: groupRules.groupName, role: groupRules.role, provider: signInProviders.name },
  ...{ issuer: signInProviders.issuer, claim: signInProviders.groupsClaim },
  ...{ createdAt: groupRules.createdAt, acceptedAt: inForceSince },
};

/** As many rules a provider can have. */
export const mostRules = 500;

/** Returns a workspace's rules, in the order in which they were proposed. */
export async function list(db: Db, workspaceId: string): Promise<WorkspaceRule[]> {
  return db
    .select(columns)
    .from(groupRules)
    .innerJoin(signInProviders, eq(signInProviders.id, groupRules.providerId))
    .where(eq(groupRules.workspaceId, workspaceId))
    .orderBy(asc(groupRules.createdAt), asc(groupRules.id))
    .limit(mostRules);
}

/** Returns one rule of a workspace, and keeps every other change of it waiting until the transaction ends. */
export async function hold(db: Db, workspaceId: string, id: string): Promise<WorkspaceRule | undefined> {
  const [row] = await db
    .select(columns)
    .from(groupRules)
    .innerJoin(signInProviders, eq(signInProviders.id, groupRules.providerId))
    .where(and(eq(groupRules.workspaceId, workspaceId), eq(groupRules.id, id)))
    .for("update", { of: groupRules });
  return row;
}

/** Puts a rule into force for its provider's claim and client of now. False when it is already, or when the provider has another groups claim. */
export async function accept(db: Db, workspaceId: string, id: string, claim: string, userId: string): Promise<boolean> {
  const rows = await db
    .update(groupRules)
    .set({
      ...{ acceptedBy: userId, acceptedAt: sql`now()` },
      ...{ acceptedClaim: sql`${signInProviders.groupsClaim}`, acceptedClient: sql`${signInProviders.clientId}` },
    })
    .from(signInProviders)
    .where(
      and(
        ...[eq(groupRules.workspaceId, workspaceId), eq(groupRules.id, id)],
        ...[eq(signInProviders.id, groupRules.providerId), eq(signInProviders.groupsClaim, claim)],
        sql`${isInForce} is not true`,
      ),
    )
    .returning({ id: groupRules.id });
  return rows.length > 0;
}

/** Proposes a rule. False when there is one of this provider, group and workspace. */
export async function add(
  db: Db,
  workspaceId: string,
  values: { providerId: string; groupName: string; role: Role; createdBy: string },
): Promise<boolean> {
  const rows = await db
    .insert(groupRules)
    .values({ workspaceId, ...values })
    .onConflictDoNothing()
    .returning({ id: groupRules.id });
  return rows.length > 0;
}

/** Ends a rule. False when there is none. */
export async function remove(db: Db, workspaceId: string, id: string): Promise<boolean> {
  const rows = await db
    .delete(groupRules)
    .where(and(eq(groupRules.workspaceId, workspaceId), eq(groupRules.id, id)))
    .returning({ id: groupRules.id });
  return rows.length > 0;
}

/** How a provider's groups are read; undefined: they make no members. */
export type GroupSettings = { claim: string; isMissingNone: boolean };

/** Returns how a provider's groups are read. */
export async function settingsOf(db: Db, providerId: string): Promise<GroupSettings | undefined> {
  const [row] = await db
    .select({ claim: signInProviders.groupsClaim, isMissingNone: signInProviders.isMissingNone })
    .from(signInProviders)
    .where(eq(signInProviders.id, providerId));
  return row?.claim ? { claim: row.claim, isMissingNone: row.isMissingNone } : undefined;
}

/** Returns the rules of a provider that are in force, of every workspace: for a sign-in there. */
export async function inForce(
  db: Db,
  providerId: string,
): Promise<{ workspaceId: string; group: string; role: Role }[]> {
  await db.execute(sql`select set_config('app.sign_in_provider', ${providerId}, true)`);
  const rows = await db
    .select({ workspaceId: groupRules.workspaceId, group: groupRules.groupName, role: groupRules.role })
    .from(groupRules)
    .innerJoin(signInProviders, eq(signInProviders.id, groupRules.providerId))
    .where(and(eq(groupRules.providerId, providerId), isInForce))
    .limit(mostRules);
  await db.execute(sql`select set_config('app.sign_in_provider', '', true)`);
  return rows;
}

/** Returns the workspaces of which a person is a member by a provider's groups. The transaction is that person's. */
export async function memberOf(db: Db, userId: string, providerId: string): Promise<string[]> {
  const rows = await db
    .select({ workspaceId: memberships.workspaceId })
    .from(memberships)
    // As text: a provider of the environment, whose groups make no members, has an id that is no UUID.
    .where(and(eq(memberships.userId, userId), sql`${memberships.byProvider}::text = ${providerId}`));
  return rows.map(({ workspaceId }) => workspaceId);
}

/** Returns the workspaces of which a person is a member by groups, with the provider of each, by name: at most 100. The transaction is that person's. */
export async function madeOf(db: Db, userId: string): Promise<{ provider: string; workspaceName: string }[]> {
  const rows = await db
    .select({ provider: memberships.byProvider, workspaceName: workspaces.name })
    .from(memberships)
    .innerJoin(workspaces, and(eq(workspaces.id, memberships.workspaceId), isNull(workspaces.deletedAt)))
    .where(and(eq(memberships.userId, userId), isNotNull(memberships.byProvider)))
    .orderBy(asc(workspaces.name), asc(workspaces.id))
    .limit(100);
  return rows.flatMap(({ provider, workspaceName }) => (provider === null ? [] : { provider, workspaceName }));
}

/** Returns the provider whose groups made a person a member; null: they joined in another way. And the role that an Admin gave them by hand. */
export async function madeBy(
  db: Db,
  workspaceId: string,
  userId: string,
): Promise<{ byProvider: string | null; roleByAdmin: Role | null } | undefined> {
  const [row] = await db
    .select({ byProvider: memberships.byProvider, roleByAdmin: memberships.roleByAdmin })
    .from(memberships)
    .where(and(eq(memberships.workspaceId, workspaceId), eq(memberships.userId, userId)));
  return row;
}

/** Gives a member the role of their group. */
export async function setRole(db: Db, workspaceId: string, userId: string, role: Role): Promise<void> {
  await db
    .update(memberships)
    .set({ role })
    .where(and(eq(memberships.workspaceId, workspaceId), eq(memberships.userId, userId)));
}

/** Notes that a provider's groups made a person a member. */
export async function noteProvider(db: Db, workspaceId: string, userId: string, providerId: string): Promise<void> {
  await db
    .update(memberships)
    .set({ byProvider: providerId })
    .where(and(eq(memberships.workspaceId, workspaceId), eq(memberships.userId, userId)));
}
