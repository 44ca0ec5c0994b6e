import type { Db } from "@/db/client";
import { refuseCeiling } from "@/server/api/refusals";
import * as ceiling from "./queries";

/**
 * Refuses `keys_full` when the workspace has as many keys as its ceiling allows. The caller holds the workspace's
 * lock.
 */
export async function refuseBeyondCeiling(db: Db, workspaceId: string): Promise<void> {
  const most = await ceiling.reached(db, workspaceId);
  if (most === null) return;
  const count = `${most.toLocaleString("en-US")} ${most === 1 ? "key" : "keys"}`;
  throw refuseCeiling(
    "keys_full",
    "keys",
    `The people who run this Atelier let this workspace have at most ${count}. Revoke one that is not needed, or ask them for more.`,
  );
}
