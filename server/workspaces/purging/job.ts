import { transaction } from "@/db/client";
import * as audit from "@/server/audit/queries";
import { store } from "@/server/files/storage";
import { type Job, repeat } from "@/server/platform/background";
import { log } from "@/server/platform/log";
import * as purging from "./queries";

const everyMs = 10 * 60_000;
const atOnce = 20;

/**
 * Starts the job that purges deleted workspaces once they can no longer be restored. Any number of instances may run
 * it: each step can be repeated, and an interrupted purge continues where it stopped.
 */
export function startPurge(): Job {
  return repeat("workspaces: purge", everyMs, purgeDue, (error) =>
    log.error({ err: error }, "deleted workspaces could not be looked for"),
  );
}

/** Runs one round. Resolves to how many workspaces were purged. */
export async function purgeDue(): Promise<number> {
  let purged = 0;
  for (const workspaceId of await transaction("read", {}, (db) => purging.listDue(db, atOnce)))
    try {
      if (await purge(workspaceId)) purged += 1;
    } catch (error) {
      // A failure, for example because the store is down, does not stop the others. The purge continues in the next
      // round.
      log.error({ err: error, workspaceId }, "a deleted workspace could not be purged");
    }
  return purged;
}

/**
 * Purges a workspace. False: it was restored, or its models or files are still to be deleted before its rows can go.
 */
async function purge(workspaceId: string): Promise<boolean> {
  const scope = { workspaceId };
  if (!(await transaction("write", scope, (db) => purging.begin(db, workspaceId)))) return false;
  const modelsLeft = await transaction("write", scope, (db) => purging.releaseModels(db, workspaceId));
  await eraseStored(workspaceId);
  if (modelsLeft > 0) return false;
  for (const table of purging.thrownAway)
    while (await transaction("write", scope, (db) => purging.throwAway(db, workspaceId, table)));
  while (await transaction("write", scope, (db) => purging.emptyKeys(db, workspaceId)));
  return transaction("write", scope, async (db) => {
    if (!(await purging.finish(db, workspaceId))) return false;
    const actor = { person: null, origin: { requestId: "purge", ip: null, userAgent: null } };
    await audit.record(db, workspaceId, actor, {
      action: "workspace.purged",
      target: { type: "workspace", id: workspaceId },
    });
    return true;
  });
}

async function eraseStored(workspaceId: string): Promise<void> {
  const scope = { workspaceId };
  for (;;) {
    const ids = await transaction("read", scope, (db) => purging.listStored(db, workspaceId));
    if (ids.length === 0) return;
    for (const id of ids) {
      await store().erase(workspaceId, id);
      await transaction("write", scope, (db) => purging.noteErased(db, workspaceId, id));
    }
  }
}
