import { transaction } from "@/db/client";
import { log } from "@/server/platform/log";
import * as advancing from "./queries";

/**
 * Thrown when this instance gives up a job: another instance has claimed it, its cancellation was requested, or this
 * instance stops.
 */
export class GivenUp extends Error {
  override readonly name = "GivenUp";
  constructor(readonly why: "lost" | "cancelled" | "stopping") {
    super(`work on a job was given up: ${why}`);
  }
}

const renewMs = 20_000;

/** A job that this instance has claimed. `claim` changes with every renewal; `signal` aborts with a `GivenUp`. */
export type Hold = { claim(): advancing.Claim; signal: AbortSignal; end(): void };

/** Renews the claim of a job until `end` is called: however long it takes to send a file, no other worker claims it. */
export function hold(job: advancing.ClaimedJob, stopping: AbortSignal): Hold {
  const controller = new AbortController();
  const giveUp = (why: GivenUp["why"]) => controller.abort(new GivenUp(why));
  const onStop = () => giveUp("stopping");
  const { workspaceId, id } = job;
  let { claimedUntil } = job;
  const renew = async () => {
    const renewed = await transaction("write", { workspaceId }, (db) =>
      advancing.renew(db, workspaceId, { workspaceId, id, claimedUntil }),
    );
    if (!renewed) return giveUp("lost");
    claimedUntil = renewed.claimedUntil;
    if (renewed.status === "CANCELLATION_REQUESTED" && job.status !== renewed.status) giveUp("cancelled");
  };
  const timer = setInterval(() => {
    renew().catch((error) => log.warn({ err: error, job: id }, "the claim of a fine-tuning job could not be renewed"));
  }, renewMs);
  stopping.addEventListener("abort", onStop, { once: true });
  if (stopping.aborted) onStop();
  return {
    claim: () => ({ workspaceId, id, claimedUntil }),
    signal: controller.signal,
    end() {
      clearInterval(timer);
      stopping.removeEventListener("abort", onStop);
    },
  };
}
