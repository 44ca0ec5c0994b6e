import { type Db, transaction } from "@/db/client";
import { isDatabaseDown } from "@/server/api/trpc";
import { type Job, repeat } from "@/server/platform/background";
import { log } from "@/server/platform/log";
import * as seals from "./queries";

const everyMs = 5_000;
/** How long the lines of a workspace are gathered before they are sealed with one statement, in milliseconds. */
const gatherMs = 15_000;
const workspacesDue = 200;
const workspacesPerTransaction = 20;
const momentsOfEach = 1_000;

/**
 * Starts the job that seals ledger lines, some seconds after they were written. All instances may run it; in each
 * workspace, one works at a time.
 */
export function startUsageSealing(): Job {
  return repeat(
    "usage: seal",
    everyMs,
    () => sealDue(gatherMs),
    (error) => log.error({ err: error }, "the usage ledger could not be sealed"),
  );
}

/**
 * Seals, in each workspace with lines older than `ageMs`, everything that was written there.
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
    // Logged outside the database too, where a person who rewrites the whole chain cannot change it.
    for (const { workspaceId, sequence, hash, sealed } of made)
      if (sealed > 0) log.info({ workspaceId, sequence, hash }, "usage ledger sealed");
    // Requests come first: sealing uses a connection for at most half of the time.
    await new Promise((resolve) => setTimeout(resolve, performance.now() - begun));
  }
  return isMore;
}

/**
 * Seals several workspaces in one transaction. When one of them fails, each is sealed in a transaction of its own, so
 * that it does not block the others.
 */
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
