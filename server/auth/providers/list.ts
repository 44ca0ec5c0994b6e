import { type Db, database } from "@/db/client";
import { env } from "@/server/platform/env";
import type { AnyProvider } from "@/server/platform/settings/providers";
import { isAddedId } from "./environment";
import * as queries from "./queries";
import { readProvider } from "./stored";

/**
 * Returns the providers that can sign people in, in the order of their buttons: those of the environment, then those
 * that operators added.
 */
export async function listProviders(db: Db = database()): Promise<{ id: string; name: string }[]> {
  return [...env().providers.map(({ id, name }) => ({ id, name })), ...(await queries.listEnabled(db))];
}

/**
 * Returns a provider and whether it can sign people in; a disabled one can only be tested. It is read each time, so
 * that changes by operators apply at once.
 */
export async function findAnyProvider(id: unknown): Promise<{ settings: AnyProvider; isEnabled: boolean } | undefined> {
  const settings = env().providers.find((provider) => provider.id === id);
  if (settings) return { settings, isEnabled: true };
  if (typeof id !== "string" || !isAddedId(id)) return undefined;
  const row = await queries.findAdded(id);
  return row && { settings: readProvider(row), isEnabled: row.isEnabled };
}
