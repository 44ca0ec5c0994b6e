import { transaction } from "@/db/client";
import { type Job, repeat } from "@/server/platform/background";
import { log } from "@/server/platform/log";
import { beginning, seal } from "../chain";
import * as seals from "./queries";

const everyMs = 5_000;
const workspacesAtOnce = 200;
const eventsAtOnce = 500;

/**
 * Starts the job that seals events a few seconds after they happened. Any number of instances can run it; in each
 * workspace only one at a time seals.
 */
export function startAuditSealing(): Job {
  return repeat("audit log: seal", everyMs, sealDue, (error) =>
    log.error({ err: error }, "the audit log could not be sealed"),
  );
}

/** Runs one round. Returns whether there may be more to seal at once. */
export async function sealDue(): Promise<boolean> {
  const due = await transaction("read", {}, (db) => seals.listDue(db, workspacesAtOnce));
  let isMore = due.length === workspacesAtOnce;
  for (const workspaceId of due) isMore = (await sealSome(workspaceId)) === eventsAtOnce || isMore;
  return isMore;
}

/** Seals the oldest unsealed events of a workspace. Returns how many; 0 when another instance is sealing there. */
async function sealSome(workspaceId: string): Promise<number> {
  const made = await transaction("write", { workspaceId }, async (db) => {
    // Read in separate statements after the lock: a job that waited for it sees what the one before has added.
    if (!(await seals.takeTurn(db, workspaceId))) return [];
    const [head, events] = [await seals.head(db, workspaceId), await seals.listUnsealed(db, workspaceId, eventsAtOnce)];
    let { sequence, hash } = head ?? { sequence: 0, hash: beginning };
    const links = events.map((event) => {
      sequence += 1;
      hash = seal(hash, event);
      return { sequence, eventId: event.id, happenedAt: event.at, hash };
    });
    if (links.length > 0) await seals.append(db, workspaceId, links);
    return links;
  });
  const last = made.at(-1);
  // Also in the process log, outside the database: removing the end of the chain from the database cannot change that.
  if (last) log.info({ workspaceId, sequence: last.sequence, hash: last.hash.toString("hex") }, "audit log sealed");
  return made.length;
}
