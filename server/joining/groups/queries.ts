import { and, asc, eq, isNotNull, isNull, sql } from "drizzle-orm";
import type { Db } from "@/db/client";
import { environmentGroups, groupRules, providerOfRule } from "@/db/schema/group-rules";
import { signInProviders } from "@/db/schema/sign-in";
import { memberships, workspaces } from "@/db/schema/workspaces";
import type { Role } from "@/server/access/permissions";
import { environmentForGroups, isAddedId } from "@/server/auth/providers/environment";

/** A rule as shown to the Admins of its workspace. */
export type WorkspaceRule = {
  id: string;
  group: string;
  role: Role;
  provider: string;
  /**
   * What an acceptance applies to: the issuer of the groups, and the claim. Without an issuer, the provider is no
   * longer in the environment.
   */
  issuer: string | null;
  claim: string | null;
  createdAt: Date;
  /** Null: it waits for an Admin, also when one accepted it for another claim or client. */
  acceptedAt: Date | null;
};

const columns = () => {
  const { name, issuer, claim, inForceSince } = providerOfRule(environmentForGroups());
  return {
    ...{ id: groupRules.id, group: groupRules.groupName, role: groupRules.role, provider: name },
    ...{ issuer, claim, createdAt: groupRules.createdAt, acceptedAt: inForceSince },
  };
};

/** The most rules of a provider. */
export const mostRules = 500;

/** Returns a workspace's rules, in the order in which they were proposed. */
export async function list(db: Db, workspaceId: string): Promise<WorkspaceRule[]> {
  return db
    .select(columns())
    .from(groupRules)
    .where(eq(groupRules.workspaceId, workspaceId))
    .orderBy(asc(groupRules.createdAt), asc(groupRules.id))
    .limit(mostRules);
}

/** Returns a rule of a workspace and locks it until the transaction ends. */
export async function hold(db: Db, workspaceId: string, id: string): Promise<WorkspaceRule | undefined> {
  const [row] = await db
    .select(columns())
    .from(groupRules)
    .where(and(eq(groupRules.workspaceId, workspaceId), eq(groupRules.id, id)))
    .for("update");
  return row;
}

/**
 * Accepts a rule for its provider's current claim and client. Returns false when it is accepted already, or when the
 * provider now has another groups claim.
 */
export async function accept(db: Db, workspaceId: string, id: string, claim: string, userId: string): Promise<boolean> {
  const { claim: now, client, isInForce } = providerOfRule(environmentForGroups());
  const rows = await db
    .update(groupRules)
    .set({ acceptedBy: userId, acceptedAt: sql`now()`, acceptedClaim: now, acceptedClient: client })
    .where(
      and(
        ...[eq(groupRules.workspaceId, workspaceId), eq(groupRules.id, id)],
        ...[sql`${now} = ${claim}`, sql`${client} is not null`, sql`${isInForce} is not true`],
      ),
    )
    .returning({ id: groupRules.id });
  return rows.length > 0;
}

/** Proposes a rule. Returns false when there is one for this provider, group and workspace. */
export async function add(
  db: Db,
  workspaceId: string,
  { provider, ...values }: { provider: string; groupName: string; role: Role; createdBy: string },
): Promise<boolean> {
  const rows = await db
    .insert(groupRules)
    .values({ workspaceId, ...values, ...(isAddedId(provider) ? { providerId: provider } : { environment: provider }) })
    .onConflictDoNothing()
    .returning({ id: groupRules.id });
  return rows.length > 0;
}

/** Deletes a rule. Returns false when there is none. */
export async function remove(db: Db, workspaceId: string, id: string): Promise<boolean> {
  const rows = await db
    .delete(groupRules)
    .where(and(eq(groupRules.workspaceId, workspaceId), eq(groupRules.id, id)))
    .returning({ id: groupRules.id });
  return rows.length > 0;
}

/** The settings for a provider's groups; undefined: they create no memberships. */
export type GroupSettings = { claim: string; isMissingNone: boolean };

/** Returns the settings for the groups of a provider that operators added, or of one of the environment. */
export async function settingsOf(db: Db, provider: string): Promise<GroupSettings | undefined> {
  const columnsOf = <T extends typeof signInProviders | typeof environmentGroups>({
    groupsClaim,
    isMissingNone,
  }: T) => ({
    ...{ claim: groupsClaim, isMissingNone },
  });
  const [row] = isAddedId(provider)
    ? await db.select(columnsOf(signInProviders)).from(signInProviders).where(eq(signInProviders.id, provider))
    : await db
        .select(columnsOf(environmentGroups))
        .from(environmentGroups)
        .where(eq(environmentGroups.provider, provider));
  return row?.claim ? { claim: row.claim, isMissingNone: row.isMissingNone } : undefined;
}

const ofProvider = (provider: string) =>
  isAddedId(provider) ? eq(groupRules.providerId, provider) : eq(groupRules.environment, provider);

/** Returns the accepted rules of a provider in all workspaces, for a sign-in there. */
export async function inForce(db: Db, provider: string): Promise<{ workspaceId: string; group: string; role: Role }[]> {
  await db.execute(sql`select set_config('app.sign_in_provider', ${provider}, true)`);
  const rows = await db
    .select({ workspaceId: groupRules.workspaceId, group: groupRules.groupName, role: groupRules.role })
    .from(groupRules)
    .where(and(ofProvider(provider), providerOfRule(environmentForGroups()).isInForce))
    .limit(mostRules);
  await db.execute(sql`select set_config('app.sign_in_provider', '', true)`);
  return rows;
}

/**
 * The provider whose groups created a membership, as in `accounts.provider`; null: the person joined in another way.
 */
const madeByProvider = sql<string | null>`coalesce(${memberships.byProvider}::text, ${memberships.byEnvironment})`;

/**
 * Returns the workspaces where a person's membership came from a provider's groups. The transaction is that person's.
 */
export async function memberOf(db: Db, userId: string, providerId: string): Promise<string[]> {
  const rows = await db
    .select({ workspaceId: memberships.workspaceId })
    .from(memberships)
    .where(and(eq(memberships.userId, userId), eq(madeByProvider, providerId)));
  return rows.map(({ workspaceId }) => workspaceId);
}

/**
 * Returns the workspaces where a person's membership came from groups, with the provider of each, by name: at most 100.
 * The transaction is that person's.
 */
export async function madeOf(db: Db, userId: string): Promise<{ provider: string; workspaceName: string }[]> {
  const rows = await db
    .select({ provider: madeByProvider, workspaceName: workspaces.name })
    .from(memberships)
    .innerJoin(workspaces, and(eq(workspaces.id, memberships.workspaceId), isNull(workspaces.deletedAt)))
    .where(and(eq(memberships.userId, userId), isNotNull(madeByProvider)))
    .orderBy(asc(workspaces.name), asc(workspaces.id))
    .limit(100);
  return rows.flatMap(({ provider, workspaceName }) => (provider === null ? [] : { provider, workspaceName }));
}

/**
 * Returns the provider whose groups created a membership (null: the person joined in another way), and the role that an
 * Admin gave manually.
 */
export async function madeBy(
  db: Db,
  workspaceId: string,
  userId: string,
): Promise<{ byProvider: string | null; roleByAdmin: Role | null } | undefined> {
  const [row] = await db
    .select({ byProvider: madeByProvider, roleByAdmin: memberships.roleByAdmin })
    .from(memberships)
    .where(and(eq(memberships.workspaceId, workspaceId), eq(memberships.userId, userId)));
  return row;
}

/** Sets a member's role to that of their group. */
export async function setRole(db: Db, workspaceId: string, userId: string, role: Role): Promise<void> {
  await db
    .update(memberships)
    .set({ role })
    .where(and(eq(memberships.workspaceId, workspaceId), eq(memberships.userId, userId)));
}

/** Records that a membership came from a provider's groups. */
export async function noteProvider(db: Db, workspaceId: string, userId: string, providerId: string): Promise<void> {
  await db
    .update(memberships)
    .set(isAddedId(providerId) ? { byProvider: providerId } : { byEnvironment: providerId })
    .where(and(eq(memberships.workspaceId, workspaceId), eq(memberships.userId, userId)));
}
