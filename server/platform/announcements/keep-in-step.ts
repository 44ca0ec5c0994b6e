import type { Job } from "../background";
import { repeat } from "../background";
import { log } from "../log";
import { isHearing, onAnnouncement, type Topic } from "./announcements";

/** How often the job checks whether a copy must be read again, in milliseconds. */
const everyMs = 400;
/** A copy that was not used for this time is read again only when a change is announced, in milliseconds. */
const idleAfterMs = 2_000;

// Next's bundle has its own copy of this module in the same process: pages use what the other copy watches.
const shared = globalThis as { atelierCopyUses?: Map<Topic, number> };
shared.atelierCopyUses ??= new Map();
const uses = shared.atelierCopyUses;

/**
 * Keeps a process's copy of data in the database up to date. `use` notes that the copy was used. `watch` starts a job
 * that reads it again when a change is announced. While announcements may not arrive, the job also reads it again every
 * 400 ms, as long as it is used.
 *
 * @param what the name of the data, for the log
 * @param load reads the data and replaces the copy, all or nothing
 */
export function keepInStep(topic: Topic, what: string, load: () => Promise<void>): { use(): void; watch(): Job } {
  const lastUse = () => uses.get(topic) ?? Number.NEGATIVE_INFINITY;
  let isOld = true;
  let wake = () => {};
  const note = () => {
    isOld = true;
  };
  onAnnouncement(
    {
      [topic]() {
        isOld = true;
        wake();
      },
    },
    note,
  );
  return {
    use() {
      uses.set(topic, performance.now());
    },
    watch() {
      const job = repeat(
        "settings: keep in step",
        everyMs,
        async () => {
          const isUnsure = performance.now() - lastUse() < idleAfterMs && !isHearing();
          if (!isOld && !isUnsure) return;
          const used = lastUse();
          isOld = false;
          try {
            await load();
          } catch (error) {
            isOld = true;
            throw error;
          } finally {
            // `load` itself must not count as a use.
            uses.set(topic, used);
          }
        },
        (error) => log.warn({ err: error }, `the ${what} could not be read`),
      );
      wake = () => job.wake();
      return job;
    },
  };
}
