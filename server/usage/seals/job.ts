import { type Db, transaction } from "@/db/client";
import { isDatabaseDown } from "@/server/api/trpc";
import { type Job, repeat } from "@/server/platform/background";
import { log } from "@/server/platform/log";
import * as seals from "./queries";

const everyMs = 5_000;
/** How long the lines of a workspace are gathered: what is written in between is sealed with one statement. */
const gatherMs = 15_000;
const workspacesDue = 200;
const workspacesPerTransaction = 20;
const momentsOfEach = 1_000;

/** Seals the lines of the ledger, seconds after they were written. Any number of instances do so; in a workspace one at a time. */
export function startUsageSealing(): Job {
  return repeat(
    "usage: seal",
    everyMs,
    () => sealDue(gatherMs),
    (error) => log.error({ err: error }, "the usage ledger could not be sealed"),
  );
}

/**
 * Seals once what was written so many milliseconds ago, in each workspace with everything that has been written since.
 *
 * @returns whether there may be more to do at once
 */
export async function sealDue(ageMs = 0): Promise<boolean> {
  const due = await transaction("read", {}, (db) => seals.listDue(db, workspacesDue, ageMs));
  let isMore = due.length === workspacesDue;
  for (let i = 0; i < due.length; i += workspacesPerTransaction) {
    const begun = performance.now();
    const workspaceIds = due.slice(i, i + workspacesPerTransaction);
    const made = await sealTogether(workspaceIds);
    isMore ||= made.some(({ sealed }) => sealed === momentsOfEach);
    // Outside the database as well: who rewrites the whole chain there does not reach this.
    for (const { workspaceId, sequence, hash, sealed } of made)
      if (sealed > 0) log.info({ workspaceId, sequence, hash }, "usage ledger sealed");
    // Requests come first: sealing takes half of the time of a connection at most.
    await new Promise((resolve) => setTimeout(resolve, performance.now() - begun));
  }
  return isMore;
}

/** Seals workspaces in one transaction or, where one of them cannot be, each in its own: it holds up no other. */
async function sealTogether(workspaceIds: string[]): ReturnType<typeof sealEach> {
  try {
    return await transaction("write", {}, (db) => sealEach(db, workspaceIds));
  } catch (error) {
    if (isDatabaseDown(error)) throw error;
    const [workspaceId] = workspaceIds;
    if (workspaceIds.length > 1) {
      const alone = [];
      for (const each of workspaceIds) alone.push(...(await sealTogether([each])));
      return alone;
    }
    log.error({ err: error, workspaceId }, "a workspace's usage could not be sealed");
    return [];
  }
}

async function sealEach(db: Db, workspaceIds: string[]) {
  const made = [];
  for (const workspaceId of workspaceIds) {
    const one = await seals.seal(db, workspaceId, momentsOfEach);
    if (one) made.push({ workspaceId, ...one });
  }
  return made;
}
