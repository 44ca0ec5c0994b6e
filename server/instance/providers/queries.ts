import { and, asc, eq, inArray, isNull, sql } from "drizzle-orm";
import type { Db } from "@/db/client";
import { instanceSettings } from "@/db/schema/instance";
import { instanceProviders, type ProviderState, type StatedModel, type StatedTuned } from "@/db/schema/providers";
import { workspaces } from "@/db/schema/workspaces";
import type { EndpointName } from "@/server/platform/settings/endpoints";

/** A provider as shown to operators: with whether it has a key, but never the key itself. */
export type ShownProvider = {
  id: string;
  name: string;
  url: string;
  hasKey: boolean;
  state: ProviderState;
  models: StatedModel[] | null;
  tuned: StatedTuned[] | null;
  endpoints: EndpointName[] | null;
  allowedWorkspaces: string[] | null;
  changedAt: Date;
};

const columns = {
  ...{ id: instanceProviders.id, name: instanceProviders.name, url: instanceProviders.url },
  ...{ hasKey: instanceProviders.hasKey, state: instanceProviders.state, models: instanceProviders.models },
  ...{ tuned: instanceProviders.tuned, endpoints: instanceProviders.endpoints },
  ...{ allowedWorkspaces: instanceProviders.allowedWorkspaces, changedAt: instanceProviders.changedAt },
};

/** The most providers that can be added. */
export const mostProviders = 200;

/** Returns all providers, by name. */
export async function list(db: Db): Promise<ShownProvider[]> {
  return db.select(columns).from(instanceProviders).orderBy(asc(instanceProviders.name)).limit(mostProviders);
}

/** Returns a provider. */
export async function find(db: Db, id: string): Promise<ShownProvider | undefined> {
  const [row] = await db.select(columns).from(instanceProviders).where(eq(instanceProviders.id, id));
  return row;
}

/** Returns a provider and locks its row until the transaction ends. */
export async function hold(db: Db, id: string): Promise<ShownProvider | undefined> {
  const [row] = await db.select(columns).from(instanceProviders).where(eq(instanceProviders.id, id)).for("update");
  return row;
}

type Values = {
  url: string;
  models: StatedModel[] | null;
  tuned: StatedTuned[] | null;
  endpoints: EndpointName[] | null;
  allowedWorkspaces: string[] | null;
  keySealed?: Buffer | null | undefined;
};

/** Adds a provider; undefined when there is one with this name. */
export async function add(db: Db, values: Values & { name: string }): Promise<string | undefined> {
  const [row] = await db
    .insert(instanceProviders)
    .values(values)
    .onConflictDoNothing()
    .returning({ id: instanceProviders.id });
  return row?.id;
}

/** Updates a provider. Without `keySealed` its key is kept. */
export async function update(db: Db, id: string, values: Values): Promise<void> {
  await db
    .update(instanceProviders)
    .set({ ...values, changedAt: sql`now()` })
    .where(eq(instanceProviders.id, id));
}

/** Sets the state of a provider. */
export async function setState(db: Db, id: string, state: ProviderState): Promise<void> {
  await db.update(instanceProviders).set({ state, changedAt: sql`now()` }).where(eq(instanceProviders.id, id));
}

/** Deletes a provider. */
export async function remove(db: Db, id: string): Promise<void> {
  await db.delete(instanceProviders).where(eq(instanceProviders.id, id));
}

/** Returns the live workspaces with these slugs. */
export async function workspacesBySlug(db: Db, slugs: string[]): Promise<{ id: string; slug: string }[]> {
  if (slugs.length === 0) return [];
  return db
    .select({ id: workspaces.id, slug: workspaces.slug })
    .from(workspaces)
    .where(and(inArray(workspaces.slug, slugs), isNull(workspaces.deletedAt)));
}

/** Returns the current slugs of these workspaces, without deleted ones. */
export async function slugsOf(db: Db, ids: string[]): Promise<Map<string, string>> {
  if (ids.length === 0) return new Map();
  const rows = await db
    .select({ id: workspaces.id, slug: workspaces.slug })
    .from(workspaces)
    .where(and(inArray(workspaces.id, ids), isNull(workspaces.deletedAt)));
  return new Map(rows.map(({ id, slug }) => [id, slug]));
}

type OwnProviders = { areOwnProvidersAllowed: boolean; ownProviderRanges: string[] };

/** Sets whether workspaces may add providers of their own. Returns the earlier setting. */
export async function setOwnProviders(db: Db, values: OwnProviders): Promise<OwnProviders> {
  const [before] = await db
    .select({
      areOwnProvidersAllowed: instanceSettings.areOwnProvidersAllowed,
      ownProviderRanges: instanceSettings.ownProviderRanges,
    })
    .from(instanceSettings)
    .for("update");
  await db.update(instanceSettings).set(values);
  if (!before) throw new Error("the instance has no settings: its row is made by a migration");
  return before;
}
