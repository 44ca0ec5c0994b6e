import { transaction } from "@/db/client";
import { open as openStored } from "@/server/files/storage";
import { type Job, repeat } from "@/server/platform/background";
import { log } from "@/server/platform/log";
import { advance } from "./advancing/advance";
import * as advancing from "./advancing/queries";
import type { Open } from "./advancing/send";

const everyMs = 2_000;
/** The pause between rounds while a job runs. */
const soonMs = 1_000;
const atOnce = 16;

/**
 * Starts the job that sends fine-tuning jobs to their model servers and follows them. Any number of instances can run
 * it. One instance works on a job at a time; when it dies, another continues within a minute.
 */
export function startFineTuning(open: Open = openStored): Job {
  const stopping = new AbortController();
  const underWay = new Map<string, Promise<unknown>>();
  const timers = new Set<NodeJS.Timeout>();
  const wakeSoon = () => {
    const timer = setTimeout(() => {
      timers.delete(timer);
      job.wake();
    }, soonMs);
    timers.add(timer);
  };
  // A slow step, such as sending a large file, delays no other job.
  const job = repeat(
    "fine-tuning: advance",
    everyMs,
    async () => {
      for (const due of await listDue(atOnce - underWay.size)) {
        if (underWay.has(due.id)) continue;
        const work = advanceOne(due, open, stopping.signal)
          .catch((error) => log.error({ err: error, job: due.id }, "a fine-tuning job could not be claimed"))
          .finally(() => {
            underWay.delete(due.id);
            if (!stopping.signal.aborted && timers.size === 0) wakeSoon();
          });
        underWay.set(due.id, work);
      }
    },
    (error) => log.error({ err: error }, "due fine-tuning jobs could not be listed"),
  );
  return {
    async stop() {
      stopping.abort();
      for (const timer of timers) clearTimeout(timer);
      await job.stop();
      await Promise.all(underWay.values());
    },
  };
}

/** Runs one round over all due jobs in parallel. Returns how many jobs were advanced. */
export async function advanceDue(open: Open = openStored): Promise<number> {
  const due = await listDue(atOnce);
  const { signal } = new AbortController();
  const taken = await Promise.all(due.map((each) => advanceOne(each, open, signal)));
  return taken.filter(Boolean).length;
}

async function listDue(limit: number): Promise<advancing.Due[]> {
  return limit > 0 ? transaction("read", {}, (db) => advancing.listDue(db, limit)) : [];
}

async function advanceOne({ workspaceId, id }: advancing.Due, open: Open, stopping: AbortSignal): Promise<boolean> {
  const job = await transaction("write", { workspaceId }, (db) => advancing.claim(db, workspaceId, id));
  if (job) await advance(job, open, stopping);
  return job !== undefined;
}
