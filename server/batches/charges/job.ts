import { transaction } from "@/db/client";
import { type Job, repeat } from "@/server/platform/background";
import { log } from "@/server/platform/log";
import * as charges from "./queries";

const everyMs = 15 * 60_000;
const workspacesAtOnce = 1_000;
const atOnce = 5_000;

/**
 * Starts the job that deletes the records of charged lines long after their batches have ended. Any number of instances
 * can run it.
 */
export function startChargeExpiry(): Job {
  return repeat("batches: forget old charges", everyMs, forgetOld, (error) =>
    log.error({ err: error }, "old charges of batches could not be deleted"),
  );
}

/** Runs one round. Returns how many records it deleted. */
export async function forgetOld(): Promise<number> {
  let forgotten = 0;
  for (const workspaceId of await transaction("read", {}, (db) => charges.listOld(db, workspacesAtOnce)))
    for (let last = atOnce; last === atOnce; forgotten += last)
      last = await transaction("write", { workspaceId }, (db) => charges.forgetOld(db, workspaceId, atOnce));
  return forgotten;
}
