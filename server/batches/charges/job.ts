import { transaction } from "@/db/client";
import { type Job, repeat } from "@/server/platform/background";
import { log } from "@/server/platform/log";
import * as charges from "./queries";

const everyMs = 15 * 60_000;
const workspacesAtOnce = 1_000;
const atOnce = 5_000;

/** Forgets which lines of batches were charged, long after these have ended. Any number of instances may. */
export function startChargeExpiry(): Job {
  return repeat("batches: forget old charges", everyMs, forgetOld, (error) =>
    log.error({ err: error }, "old charges of batches could not be deleted"),
  );
}

/** Runs one round. Resolves to how many were forgotten. */
export async function forgetOld(): Promise<number> {
  let forgotten = 0;
  for (const workspaceId of await transaction("read", {}, (db) => charges.listOld(db, workspacesAtOnce)))
    for (let last = atOnce; last === atOnce; forgotten += last)
      last = await transaction("write", { workspaceId }, (db) => charges.forgetOld(db, workspaceId, atOnce));
  return forgotten;
}
