import type { Job } from "./queries";

/** Returns a job as a page shows it, with its remaining seconds and its cost so far; null: unknown. */
export function inView<Seen extends Job>(job: Seen) {
  const { startedAt, step, steps, expectedSeconds, status } = job;
  const elapsed = startedAt ? (Date.now() - startedAt.getTime()) / 1_000 : 0;
  const left =
    status !== "RUNNING" && status !== "STARTED"
      ? null
      : step > 0 && steps
        ? (elapsed / step) * (steps - step)
        : expectedSeconds === null
          ? null
          : expectedSeconds - elapsed;
  const { cost, estimatedCost, trainedTokens, trainTokens, startRequestedAt } = job;
  const share = trainTokens && trainedTokens !== null ? Math.min(1, trainedTokens / trainTokens) : null;
  const soFar = startRequestedAt === null || estimatedCost === null || share === null ? null : estimatedCost * share;
  return {
    ...job,
    /** Changes when the page has something new to show. */
    version: [status, step, trainedTokens, job.attempts > 1, job.isAutoStart].join(" "),
    secondsLeft: left === null ? null : Math.max(0, Math.round(left)),
    costSoFar: cost ?? (soFar === null ? null : Math.ceil(soFar)),
  };
}
