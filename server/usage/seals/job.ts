import { transaction } from "@/db/client";
import { type Job, repeat } from "@/server/platform/background";
import { log } from "@/server/platform/log";
import * as seals from "./queries";

const everyMs = 5_000;
const workspacesAtOnce = 200;
const momentsAtOnce = 500;

/** Seals the lines of the ledger, seconds after they were written. Any number of instances do so; in a workspace one at a time. */
export function startUsageSealing(): Job {
  return repeat(everyMs, sealDue, (error) => log.error({ err: error }, "the usage ledger could not be sealed"));
}

/** Does one round. Resolves to whether there may be more to do at once. */
export async function sealDue(): Promise<boolean> {
  const due = await transaction("read", {}, (db) => seals.listDue(db, workspacesAtOnce));
  let isMore = due.length === workspacesAtOnce;
  for (const workspaceId of due) {
    const begun = performance.now();
    const made = await transaction("write", { workspaceId }, (db) => seals.seal(db, workspaceId, momentsAtOnce));
    isMore ||= made?.sealed === momentsAtOnce;
    // Outside the database as well: who rewrites the whole chain there does not reach this.
    if (made && made.sealed > 0)
      log.info({ workspaceId, sequence: made.sequence, hash: made.hash }, "usage ledger sealed");
    // Requests come first: sealing takes half of the time of a connection at most.
    await new Promise((resolve) => setTimeout(resolve, performance.now() - begun));
  }
  return isMore;
}
