import { transaction } from "@/db/client";
import { type Job, repeat } from "@/server/platform/background";
import { log } from "@/server/platform/log";
import { refresh } from "./queries";

const everyMs = 60_000;

/** Derives what the operators see of the instance as a whole, once a minute; of several instances one does. */
export function startInstanceFigures(): Job {
  return repeat(
    "instance: figures",
    everyMs,
    async () => void (await refreshFigures()),
    (error) => log.error({ err: error }, "the instance's figures could not be derived"),
  );
}

/** Does one round. False: another instance is at it. */
export function refreshFigures(): Promise<boolean> {
  return transaction("write", {}, refresh);
}
