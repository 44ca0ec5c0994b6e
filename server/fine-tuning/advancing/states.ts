import type { JobStatus } from "@/db/schema/fine-tuning";

const ends = ["SUCCESS", "FAILED_VALIDATION", "FAILED", "CANCELLED"] as const;

export type End = (typeof ends)[number];

/** Checks whether a job that is so stays so. */
export const isEnd = (status: string): status is End => (ends as readonly string[]).includes(status);

const order = ["QUEUED", "VALIDATING", "VALIDATED", "STARTED", "RUNNING"] as const;

/**
 * Returns what a job is once the model server has said what it is there. It goes forward only, never starts by itself, and one whose
 * cancellation was asked for is only ended. A word that is no state says nothing.
 */
export function nextStatus(ours: JobStatus, theirs: string): JobStatus {
  if (isEnd(ours)) return ours;
  if (ours === "CANCELLATION_REQUESTED") {
    if (theirs === "FAILED" || theirs === "FAILED_VALIDATION") return "CANCELLED";
    return isEnd(theirs) ? theirs : ours;
  }
  if (isEnd(theirs)) return theirs;
  const [here, there] = [order.indexOf(ours), (order as readonly string[]).indexOf(theirs)];
  // That it is started is said here, where it is paid for.
  return there > here && theirs !== "STARTED" ? (theirs as JobStatus) : ours;
}

/** Returns in how many seconds a job has its next turn. One that waits for a member has it at once when they act. */
export function secondsUntilLook(status: JobStatus): number {
  return status === "VALIDATED" ? 60 : 1;
}
