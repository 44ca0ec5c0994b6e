import { and, asc, eq, isNull, sql } from "drizzle-orm";
import type { Db } from "@/db/client";
import { groupRules, inForceSince } from "@/db/schema/group-rules";
import { signInProviders } from "@/db/schema/sign-in";
import { workspaces } from "@/db/schema/workspaces";
import type { Role } from "@/server/access/permissions";

/** A rule as operators see it. */
export type ShownRule = {
  id: string;
  group: string;
  role: Role;
  workspace: string;
  slug: string;
  /** Null: it waits for an Admin, also where one accepted it for another claim or client. */
  acceptedAt: Date | null;
};

const mostListed = 500;

/** Returns a provider's rules, by group. */
export async function list(db: Db, providerId: string): Promise<ShownRule[]> {
  return db
    .select({
      ...{ id: groupRules.id, group: groupRules.groupName, role: groupRules.role },
      ...{ workspace: workspaces.name, slug: workspaces.slug, acceptedAt: inForceSince },
    })
    .from(groupRules)
    .innerJoin(workspaces, eq(workspaces.id, groupRules.workspaceId))
    .innerJoin(signInProviders, eq(signInProviders.id, groupRules.providerId))
    .where(eq(groupRules.providerId, providerId))
    .orderBy(asc(groupRules.groupName), asc(workspaces.slug))
    .limit(mostListed);
}

/** Returns how a provider's groups are read, and keeps every other change of it waiting; undefined: there is no such provider. */
export async function holdSettings(db: Db, providerId: string) {
  const [row] = await db
    .select({ groupsClaim: signInProviders.groupsClaim, isMissingNone: signInProviders.isMissingNone })
    .from(signInProviders)
    .where(eq(signInProviders.id, providerId))
    .for("update");
  return row;
}

/** Sets how a provider's groups are read. */
export async function setSettings(
  db: Db,
  providerId: string,
  values: { groupsClaim: string | null; isMissingNone: boolean },
): Promise<void> {
  await db
    .update(signInProviders)
    .set({ ...values, changedAt: sql`now()` })
    .where(eq(signInProviders.id, providerId));
}

/** Returns an organization's live workspace by its slug. */
export async function organization(db: Db, slug: string): Promise<string | undefined> {
  const [row] = await db
    .select({ id: workspaces.id })
    .from(workspaces)
    .where(and(eq(workspaces.slug, slug), eq(workspaces.kind, "organization"), isNull(workspaces.deletedAt)));
  return row?.id;
}

/** Returns the workspace of a provider's rule. */
export async function workspaceOf(db: Db, providerId: string, ruleId: string): Promise<string | undefined> {
  const [row] = await db
    .select({ workspaceId: groupRules.workspaceId })
    .from(groupRules)
    .where(and(eq(groupRules.providerId, providerId), eq(groupRules.id, ruleId)));
  return row?.workspaceId;
}
