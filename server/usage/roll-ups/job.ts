import { transaction } from "@/db/client";
import { type Job, repeat } from "@/server/platform/background";
import { log } from "@/server/platform/log";
import { rollUp } from "./queries";
import { takeWanted } from "./wanted";

const everyMs = 1_000;
/** Few enough that the one transaction ends well within the time limit of a statement, even with many rows. */
const daysAtOnce = 7;

/**
 * Starts the job that rolls up days for the workspaces whose reports this instance answered. Other instances may do
 * the same at the same time.
 */
export function startUsageDays(): Job {
  return repeat("usage: roll up", everyMs, rollUpWanted, (error) =>
    log.error({ err: error }, "days of usage could not be rolled up"),
  );
}

/** Runs one round: rolls up everything that reports have asked for. */
export async function rollUpWanted(): Promise<void> {
  // A workspace that fails does not stop the others; its next report asks for it again.
  for (const workspaceId of takeWanted())
    await rollUpAll(workspaceId).catch((error) =>
      log.error({ err: error, workspaceId }, "days of usage could not be rolled up"),
    );
}

async function rollUpAll(workspaceId: string): Promise<void> {
  while (await transaction("write", { workspaceId }, (db) => rollUp(db, workspaceId, daysAtOnce)));
}
