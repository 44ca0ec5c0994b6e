import { transaction } from "@/db/client";
import * as keys from "@/server/keys/queries";
import { log } from "@/server/platform/log";

const noted = new Map<string, number>();
const noteEveryMs = 60_000;
/** Uses of one moment are written together. */
const gatherMs = 100;
const used = new Map<string, keys.KeyUse[]>();

/**
 * Keeps "last used", by which program and from where, true to the minute: without a write for every request, and without
 * a request waiting for it.
 */
export function noteUse(workspaceId: string, id: string, client?: string, address?: string): void {
  const now = Date.now();
  if (now - (noted.get(id) ?? 0) < noteEveryMs) return;
  if (noted.size > 10_000) noted.clear();
  noted.set(id, now);
  const use = { id, client: client?.slice(0, 200) ?? null, address: address ?? null };
  if (used.size === 0) setTimeout(writeUses, gatherMs).unref();
  const ofWorkspace = used.get(workspaceId);
  if (ofWorkspace) ofWorkspace.push(use);
  else used.set(workspaceId, [use]);
}

/** One workspace after the other, so that noting never takes more than one of the connections that requests need. */
async function writeUses(): Promise<void> {
  const gathered = [...used];
  used.clear();
  for (const [workspaceId, uses] of gathered) {
    await transaction("write", { workspaceId }, (db) => keys.touch(db, workspaceId, uses)).catch((error) => {
      for (const { id } of uses) noted.delete(id);
      log.warn({ err: error }, "the use of keys was not noted");
    });
  }
}
