import { and, asc, eq, isNotNull, isNull, sql } from "drizzle-orm";
import type { Db } from "@/db/client";
import { environmentGroups, groupRules, providerOfRule } from "@/db/schema/group-rules";
import { signInProviders } from "@/db/schema/sign-in";
import { memberships, workspaces } from "@/db/schema/workspaces";
import type { Role } from "@/server/access/permissions";
import { environmentForGroups, isAddedId } from "@/server/auth/providers/environment";

/** A rule as the Admins of its workspace see it. */
export type WorkspaceRule = {
  id: string;
  group: string;
  role: Role;
  provider: string;
  /** What it is accepted for: who says the groups, and in which claim. No issuer: the provider is not in the environment any more. */
  issuer: string | null;
  claim: string | null;
  createdAt: Date;
  /** Null: it waits for an Admin, also where one accepted it for another claim or client. */
  acceptedAt: Date | null;
};

const columns = () => {
  const { name, issuer, claim, inForceSince } = providerOfRule(environmentForGroups());
  return {
    ...{ id: groupRules.id, group: groupRules.groupName, role: groupRules.role, provider: name },
    ...{ issuer, claim, createdAt: groupRules.createdAt, acceptedAt: inForceSince },
  };
};

/** As many rules a provider can have. */
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

/** Returns one rule of a workspace, and keeps every other change of it waiting until the transaction ends. */
export async function hold(db: Db, workspaceId: string, id: string): Promise<WorkspaceRule | undefined> {
  const [row] = await db
    .select(columns())
    .from(groupRules)
    .where(and(eq(groupRules.workspaceId, workspaceId), eq(groupRules.id, id)))
    .for("update");
  return row;
}

/** Puts a rule into force for its provider's claim and client of now. False when it is already, or when the provider has another groups claim. */
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

/** Proposes a rule. False when there is one of this provider, group and workspace. */
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

/** Returns how a provider's groups are read: one that operators added, or one of the environment. */
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

/** Returns the rules of a provider that are in force, of every workspace: for a sign-in there. */
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

/** The provider whose groups made a membership, as in `accounts.provider`; null: they joined in another way. */
const madeByProvider = sql<string | null>`coalesce(${memberships.byProvider}::text, ${memberships.byEnvironment})`;

/** Returns the workspaces of which a person is a member by a provider's groups. The transaction is that person's. */
export async function memberOf(db: Db, userId: string, providerId: string): Promise<string[]> {
  const rows = await db
    .select({ workspaceId: memberships.workspaceId })
    .from(memberships)
    .where(and(eq(memberships.userId, userId), eq(madeByProvider, providerId)));
  return rows.map(({ workspaceId }) => workspaceId);
}

/** Returns the workspaces of which a person is a member by groups, with the provider of each, by name: at most 100. The transaction is that person's. */
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

/** Returns the provider whose groups made a person a member; null: they joined in another way. And the role that an Admin gave them by hand. */
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
    .set(isAddedId(providerId) ? { byProvider: providerId } : { byEnvironment: providerId })
    .where(and(eq(memberships.workspaceId, workspaceId), eq(memberships.userId, userId)));
}
