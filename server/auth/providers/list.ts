import { type Db, database } from "@/db/client";
import { env } from "@/server/platform/env";
import type { AnyProvider } from "@/server/platform/settings/providers";
import { isAddedId } from "./environment";
import * as queries from "./queries";
import { readProvider } from "./stored";

/** Returns the providers that sign people in, by what their buttons say: those of the environment, then those that operators added. */
export async function listProviders(db: Db = database()): Promise<{ id: string; name: string }[]> {
  return [...env().providers.map(({ id, name }) => ({ id, name })), ...(await queries.listEnabled(db))];
}

/**
 * Returns a provider, and whether it signs people in: one that is disabled can only be tested. It is read each time, so that what operators
 * change holds at once.
 */
export async function findAnyProvider(id: unknown): Promise<{ settings: AnyProvider; isEnabled: boolean } | undefined> {
  const settings = env().providers.find((provider) => provider.id === id);
  if (settings) return { settings, isEnabled: true };
  if (typeof id !== "string" || !isAddedId(id)) return undefined;
  const row = await queries.findAdded(id);
  return row && { settings: readProvider(row), isEnabled: row.isEnabled };
}
