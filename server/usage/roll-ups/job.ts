import { transaction } from "@/db/client";
import { type Job, repeat } from "@/server/platform/background";
import { log } from "@/server/platform/log";
import { rollUp } from "./queries";
import { takeWanted } from "./wanted";

const everyMs = 1_000;
/** In one transaction, which is to end well before a statement's time is up also where there is much of everything. */
const daysAtOnce = 7;

/** Rolls up the days of the workspaces whose reports this instance was asked for. Another one may do the same meanwhile. */
export function startUsageDays(): Job {
  return repeat("usage: roll up", everyMs, rollUpWanted, (error) =>
    log.error({ err: error }, "days of usage could not be rolled up"),
  );
}

/** Does one round: everything that is wanted. */
export async function rollUpWanted(): Promise<void> {
  // One that fails does not keep the others from it, and is wanted again by its next report.
  for (const workspaceId of takeWanted())
    await rollUpAll(workspaceId).catch((error) =>
      log.error({ err: error, workspaceId }, "days of usage could not be rolled up"),
    );
}

async function rollUpAll(workspaceId: string): Promise<void> {
  while (await transaction("write", { workspaceId }, (db) => rollUp(db, workspaceId, daysAtOnce)));
}
