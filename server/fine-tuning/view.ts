import type { Job } from "./queries";

/** A job as a page shows it, with how long it will go on in seconds; null: nobody knows. */
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
  return { ...job, secondsLeft: left === null ? null : Math.max(0, Math.round(left)) };
}
