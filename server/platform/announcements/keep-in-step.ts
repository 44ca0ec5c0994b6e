import type { Job } from "../background";
import { repeat } from "../background";
import { log } from "../log";
import { isHearing, onAnnouncement, type Topic } from "./announcements";

/** How often it is looked whether a copy has to be read again, in milliseconds. */
const everyMs = 400;
/** Without a use for this long a copy is read only when a change is announced. */
const idleAfterMs = 2_000;

// Next's bundle has its own copy of this module in the same process: pages use what the other copy watches.
const shared = globalThis as { atelierCopyUses?: Map<Topic, number> };
shared.atelierCopyUses ??= new Map();
const uses = shared.atelierCopyUses;

/**
 * Returns what keeps a process's copy of something in the database as it is there: `use` notes that the copy was used, `watch` starts reading it
 * again when a change is announced and, while it is not certain that announcements arrive, again and again as long as it is used.
 *
 * @param what it is, for the log
 * @param load reads it and takes it over, all or nothing
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
            // Reading it is no use of it.
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
