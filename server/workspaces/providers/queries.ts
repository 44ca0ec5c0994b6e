import { and, asc, eq, sql } from "drizzle-orm";
import type { Db } from "@/db/client";
import { type ProviderState, type StatedModel, workspaceProviders } from "@/db/schema/providers";
import type { EndpointName } from "@/server/platform/settings/endpoints";

/** A workspace's own provider as its Admins see it: whether it has a key, but never the key. */
export type OwnProvider = {
  id: string;
  name: string;
  url: string;
  hasKey: boolean;
  state: ProviderState;
  models: StatedModel[] | null;
  endpoints: EndpointName[] | null;
  changedAt: Date;
};

const columns = {
  ...{ id: workspaceProviders.id, name: workspaceProviders.name, url: workspaceProviders.url },
  ...{ hasKey: workspaceProviders.hasKey, state: workspaceProviders.state, models: workspaceProviders.models },
  endpoints: workspaceProviders.endpoints,
  changedAt: workspaceProviders.changedAt,
};

/** The most providers that a workspace can add. */
export const mostOwnProviders = 20;

const one = (workspaceId: string, id: string) =>
  and(eq(workspaceProviders.workspaceId, workspaceId), eq(workspaceProviders.id, id));

/** Returns all of a workspace's own providers, by name. */
export async function list(db: Db, workspaceId: string): Promise<OwnProvider[]> {
  return db
    .select(columns)
    .from(workspaceProviders)
    .where(eq(workspaceProviders.workspaceId, workspaceId))
    .orderBy(asc(workspaceProviders.name))
    .limit(mostOwnProviders);
}

/** Returns one of a workspace's own providers. */
export async function find(db: Db, workspaceId: string, id: string): Promise<OwnProvider | undefined> {
  const [row] = await db.select(columns).from(workspaceProviders).where(one(workspaceId, id));
  return row;
}

/** Returns a provider and locks it until the transaction ends. */
export async function hold(db: Db, workspaceId: string, id: string): Promise<OwnProvider | undefined> {
  const [row] = await db.select(columns).from(workspaceProviders).where(one(workspaceId, id)).for("update");
  return row;
}

type Values = {
  url: string;
  models: StatedModel[] | null;
  endpoints: EndpointName[] | null;
  keySealed?: Buffer | null | undefined;
};

/** Adds a provider. Undefined: there is already one with this name. */
export async function add(db: Db, workspaceId: string, values: Values & { name: string }): Promise<string | undefined> {
  const [row] = await db
    .insert(workspaceProviders)
    .values({ workspaceId, ...values })
    .onConflictDoNothing()
    .returning({ id: workspaceProviders.id });
  return row?.id;
}

/** Changes a provider. Without `keySealed` its key stays. */
export async function update(
  db: Db,
  workspaceId: string,
  id: string,
  values: Partial<Values & { state: ProviderState }>,
): Promise<void> {
  await db
    .update(workspaceProviders)
    .set({ ...values, changedAt: sql`now()` })
    .where(one(workspaceId, id));
}

/** Deletes a provider. */
export async function remove(db: Db, workspaceId: string, id: string): Promise<void> {
  await db.delete(workspaceProviders).where(one(workspaceId, id));
}
