import type { Db } from "@/db/client";
import { refuse } from "@/server/api/refusals";
import { environmentProvider, isAddedId } from "@/server/auth/providers/environment";
import * as providers from "../queries";
import * as groups from "./queries";

/** A provider with the settings for its groups. */
export type GroupProvider = groups.GroupSettings & { name: string };

/**
 * Returns a provider whose groups can create memberships: one that operators added, or one of the environment. Refuses
 * `not_found`.
 */
export function findProvider(db: Db, id: string): Promise<GroupProvider> {
  return read(db, id, providers.find);
}

/** Returns the same and locks the provider's rules until the transaction ends. Refuses `not_found`. */
export async function holdProvider(db: Db, id: string): Promise<GroupProvider> {
  if (environmentProvider(id)) await groups.holdEnvironment(db, id);
  return read(db, id, providers.hold);
}

async function read(db: Db, id: string, added: typeof providers.find): Promise<GroupProvider> {
  const set = environmentProvider(id);
  if (set) return { name: set.name, ...(await groups.ofEnvironment(db, id)) };
  const found = isAddedId(id) ? await added(db, id) : undefined;
  if (!found) throw refuse("not_found");
  const { name, groupsClaim, isMissingNone } = found;
  return { name, groupsClaim, isMissingNone };
}
