import { transaction } from "@/db/client";
import { type Job, repeat } from "@/server/platform/background";
import { log } from "@/server/platform/log";
import { refresh } from "./queries";

const everyMs = 60_000;

/**
 * Starts the job that computes the operators' figures of the whole instance once a minute; one process at a time does
 * it.
 */
export function startInstanceFigures(): Job {
  return repeat(
    "instance: figures",
    everyMs,
    async () => void (await refreshFigures()),
    (error) => log.error({ err: error }, "the instance's figures could not be computed"),
  );
}

/** Runs one round. Returns false when another process is running it. */
export function refreshFigures(): Promise<boolean> {
  return transaction("write", {}, refresh);
}
