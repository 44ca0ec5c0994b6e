import { transaction } from "@/db/client";
import { log } from "@/server/log";
import { rollUp } from "@/server/usage/roll-ups/queries";
import { takeWanted } from "@/server/usage/roll-ups/wanted";
import { type Job, repeat } from "./job";

const everyMs = 1_000;
/** In one transaction: a month of the largest workspace is read in well under its time limit. */
const daysAtOnce = 7;

/** Rolls up the days of the workspaces whose reports this instance was asked for. Another one may do the same meanwhile. */
export function startUsageDays(): Job {
  return repeat(everyMs, rollUpWanted, (error) => log.error({ err: error }, "days of usage could not be rolled up"));
}

/** One round: everything that is wanted. */
export async function rollUpWanted(): Promise<void> {
  for (const workspaceId of takeWanted())
    while (await transaction("write", { workspaceId }, (db) => rollUp(db, workspaceId, daysAtOnce)));
}
