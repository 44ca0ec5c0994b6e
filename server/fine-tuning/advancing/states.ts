import type { JobStatus } from "@/db/schema/fine-tuning";

const ends = ["SUCCESS", "FAILED_VALIDATION", "FAILED", "CANCELLED"] as const;

export type End = (typeof ends)[number];

/** Checks whether a status is final. */
export const isEnd = (status: string): status is End => (ends as readonly string[]).includes(status);

const order = ["QUEUED", "VALIDATING", "VALIDATED", "STARTED", "RUNNING"] as const;

/**
 * Returns the next status of a job after the model server has reported its own. A job only moves forward and never
 * becomes started by a report; one whose cancellation was requested can only end. An unknown word changes nothing.
 */
export function nextStatus(ours: JobStatus, theirs: string): JobStatus {
  if (isEnd(ours)) return ours;
  if (ours === "CANCELLATION_REQUESTED") {
    if (theirs === "FAILED" || theirs === "FAILED_VALIDATION") return "CANCELLED";
    return isEnd(theirs) ? theirs : ours;
  }
  if (isEnd(theirs)) return theirs;
  const [here, there] = [order.indexOf(ours), (order as readonly string[]).indexOf(theirs)];
  // The start is recorded when the job is started here, because it reserves the cost.
  return there > here && theirs !== "STARTED" ? (theirs as JobStatus) : ours;
}

/**
 * Returns after how many seconds a job has its next turn. A job that waits for a member has its turn as soon as they
 * act.
 */
export function secondsUntilLook(status: JobStatus): number {
  return status === "VALIDATED" ? 60 : 1;
}
