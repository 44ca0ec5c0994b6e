import { setMaxListeners } from "node:events";
import { transaction } from "@/db/client";
import { store as storeInUse } from "@/server/files/storage";
import { type Job, repeat } from "@/server/platform/background";
import { log } from "@/server/platform/log";
import type { LineDoor } from "./door";
import { advance, type Surroundings } from "./running/advance";
import * as running from "./running/queries";
import type { FileStore } from "./running/write-files";

const everyMs = 2_000;
/** So many batches does an instance work on at once, and so many of one workspace: none keeps the others waiting. */
const atOnce = 32;
const ofEachAtOnce = 4;
/** So long may requests that are under way end by themselves once the process stops, in milliseconds. */
const patienceMs = 5_000;

/**
 * Runs the batches. Any number of instances do so; a batch is in the hands of one, and when that dies another goes on with it within a
 * minute.
 */
export function startBatches(door: LineDoor, store: FileStore = storeInUse()): Job {
  const [stopping, cutting] = [new AbortController(), new AbortController()];
  // Each batch, and each of its lines under way, listens.
  setMaxListeners(0, stopping.signal, cutting.signal);
  const surroundings: Surroundings = { door, store, stopping: stopping.signal, cutting: cutting.signal };
  const underWay = new Map<string, { workspaceId: string; work: Promise<unknown> }>();
  const job = repeat(
    everyMs,
    async () => {
      if (underWay.size >= atOnce) return;
      const due = await transaction("read", {}, (db) => running.listDue(db, 10 * atOnce));
      for (const each of due) {
        const ofWorkspace = [...underWay.values()].filter(({ workspaceId }) => workspaceId === each.workspaceId);
        if (underWay.size >= atOnce || underWay.has(each.id) || ofWorkspace.length >= ofEachAtOnce) continue;
        const work = advanceOne(each, surroundings)
          .catch((error) => log.error({ err: error, batch: each.id }, "a batch could not be taken up"))
          .finally(() => {
            underWay.delete(each.id);
            job.wake();
          });
        underWay.set(each.id, { workspaceId: each.workspaceId, work });
      }
    },
    (error) => log.error({ err: error }, "batches could not be looked at"),
  );
  return {
    async stop() {
      stopping.abort();
      const timer = setTimeout(() => cutting.abort(), patienceMs);
      await job.stop();
      await Promise.all([...underWay.values()].map(({ work }) => work));
      clearTimeout(timer);
    },
  };
}

/** Runs one round over all due batches, side by side, each as far as it comes. Resolves to how many were worked on. */
export async function advanceDue(door: LineDoor, store: FileStore = storeInUse()): Promise<number> {
  const { signal } = new AbortController();
  setMaxListeners(0, signal);
  const due = await transaction("read", {}, (db) => running.listDue(db, atOnce));
  const taken = await Promise.all(
    due.map((each) => advanceOne(each, { door, store, stopping: signal, cutting: signal })),
  );
  return taken.filter(Boolean).length;
}

async function advanceOne({ workspaceId, id }: running.Due, surroundings: Surroundings): Promise<boolean> {
  const batch = await transaction("write", { workspaceId }, (db) => running.claim(db, workspaceId, id));
  if (batch) await advance(batch, surroundings);
  return batch !== undefined;
}
