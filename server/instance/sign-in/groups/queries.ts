import { and, asc, eq, isNull, sql } from "drizzle-orm";
import type { Db } from "@/db/client";
import { environmentGroups, groupRules, providerOfRule } from "@/db/schema/group-rules";
import { signInProviders } from "@/db/schema/sign-in";
import { workspaces } from "@/db/schema/workspaces";
import type { Role } from "@/server/access/permissions";
import { environmentForGroups, isAddedId } from "@/server/auth/providers/environment";

/** A rule as shown to operators. */
export type ShownRule = {
  id: string;
  group: string;
  role: Role;
  workspace: string;
  slug: string;
  /** Null: it waits for an Admin, also when one accepted it for another claim or client. */
  acceptedAt: Date | null;
};

const mostListed = 500;

const ofProvider = (provider: string) =>
  isAddedId(provider) ? eq(groupRules.providerId, provider) : eq(groupRules.environment, provider);

/** Returns a provider's rules, by group. */
export async function list(db: Db, provider: string): Promise<ShownRule[]> {
  const { inForceSince } = providerOfRule(environmentForGroups());
  return db
    .select({
      ...{ id: groupRules.id, group: groupRules.groupName, role: groupRules.role },
      ...{ workspace: workspaces.name, slug: workspaces.slug, acceptedAt: inForceSince },
    })
    .from(groupRules)
    .innerJoin(workspaces, eq(workspaces.id, groupRules.workspaceId))
    .where(ofProvider(provider))
    .orderBy(asc(groupRules.groupName), asc(workspaces.slug))
    .limit(mostListed);
}

/** The settings for a provider's groups. */
export type GroupSettings = { groupsClaim: string | null; isMissingNone: boolean };

/** Returns the settings for the groups of a provider of the environment. */
export async function ofEnvironment(db: Db, provider: string): Promise<GroupSettings> {
  const [row] = await db
    .select({ groupsClaim: environmentGroups.groupsClaim, isMissingNone: environmentGroups.isMissingNone })
    .from(environmentGroups)
    .where(eq(environmentGroups.provider, provider));
  return row ?? { groupsClaim: null, isMissingNone: false };
}

/** Locks the rules of a provider of the environment until the transaction ends. */
export async function holdEnvironment(db: Db, provider: string): Promise<void> {
  await db.insert(environmentGroups).values({ provider }).onConflictDoNothing();
  await db
    .select({ provider: environmentGroups.provider })
    .from(environmentGroups)
    .where(eq(environmentGroups.provider, provider))
    .for("update");
}

/** Sets the settings for a provider's groups. */
export async function setSettings(db: Db, provider: string, values: GroupSettings): Promise<void> {
  const set = { ...values, changedAt: sql`now()` };
  if (isAddedId(provider)) await db.update(signInProviders).set(set).where(eq(signInProviders.id, provider));
  else await db.update(environmentGroups).set(set).where(eq(environmentGroups.provider, provider));
}

/** Returns the id of an organization's live workspace by its slug. */
export async function organization(db: Db, slug: string): Promise<string | undefined> {
  const [row] = await db
    .select({ id: workspaces.id })
    .from(workspaces)
    .where(and(eq(workspaces.slug, slug), eq(workspaces.kind, "organization"), isNull(workspaces.deletedAt)));
  return row?.id;
}

/** Returns the workspace of a provider's rule. */
export async function workspaceOf(db: Db, provider: string, ruleId: string): Promise<string | undefined> {
  const [row] = await db
    .select({ workspaceId: groupRules.workspaceId })
    .from(groupRules)
    .where(and(ofProvider(provider), eq(groupRules.id, ruleId)));
  return row?.workspaceId;
}
