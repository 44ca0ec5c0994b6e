import { transaction } from "@/db/client";
import { log } from "@/server/platform/log";
import * as advancing from "./queries";

/** Why work on a job is given up: another instance has it now, its cancellation was asked for, or this instance stops. */
export class GivenUp extends Error {
  override readonly name = "GivenUp";
  constructor(readonly why: "lost" | "cancelled" | "stopping") {
    super(`work on a job was given up: ${why}`);
  }
}

const renewMs = 20_000;

/** A job held by this instance. `claim` changes with every renewal; `signal` aborts with a `GivenUp`. */
export type Hold = { claim(): advancing.Claim; signal: AbortSignal; end(): void };

/** Holds a claimed job until `end` is called: however long it takes to send a file, no other worker takes it. */
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
