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
/**
 * How many batches an instance runs at the same time, and after how many milliseconds a batch makes room for a waiting
 * one. So no batch keeps the others waiting, however slow it or its server is.
 */
const usual = { atOnce: 32, turnMs: 60_000 };
const ofEachAtOnce = 4;
/** How many milliseconds requests under way may take to finish when the process stops. */
const patienceMs = 5_000;

/**
 * Starts the job that runs the batches. Any number of instances can run it. One instance works on a batch at a time;
 * when it dies, another continues within a minute.
 */
export function startBatches(door: LineDoor, store: FileStore = storeInUse(), { atOnce, turnMs } = usual): Job {
  const [stopping, cutting] = [new AbortController(), new AbortController()];
  // Each batch and each of its lines under way adds a listener.
  setMaxListeners(0, stopping.signal, cutting.signal);
  const surroundings: Omit<Surroundings, "turn"> = { door, store, stopping: stopping.signal, cutting: cutting.signal };
  /** In the order in which they were claimed. */
  const underWay = new Map<string, UnderWay>();
  const job = repeat(
    "batches: run",
    everyMs,
    async () => {
      const due = await transaction("read", {}, (db) => running.listDue(db, 10 * atOnce, ofEachAtOnce));
      let waiting = 0;
      for (const each of due) {
        const ofWorkspace = [...underWay.values()].filter(({ workspaceId }) => workspaceId === each.workspaceId);
        if (underWay.has(each.id) || ofWorkspace.length >= ofEachAtOnce) continue;
        if (underWay.size >= atOnce) {
          waiting += 1;
          continue;
        }
        const turn = new AbortController();
        const work = advanceOne(each, { ...surroundings, turn: turn.signal })
          .catch((error) => log.error({ err: error, batch: each.id }, "a batch could not be claimed"))
          .finally(() => {
            underWay.delete(each.id);
            job.wake();
          });
        underWay.set(each.id, { workspaceId: each.workspaceId, work, turn, since: performance.now() });
      }
      endTurns([...underWay.values()], waiting, performance.now() - turnMs);
    },
    (error) => log.error({ err: error }, "due batches could not be listed"),
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

type UnderWay = { workspaceId: string; work: Promise<unknown>; turn: AbortController; since: number };

/** Ends the turns of as many batches as are waiting, among those that were claimed before a moment. */
function endTurns(underWay: UnderWay[], waiting: number, before: number): void {
  const going = underWay.filter(({ turn }) => !turn.signal.aborted);
  const wanted = Math.max(0, waiting - (underWay.length - going.length));
  for (const { turn } of going.filter(({ since }) => since <= before).slice(0, wanted)) turn.abort();
}

/** Runs one round over all due batches in parallel, each as far as possible. Returns how many were worked on. */
export async function advanceDue(door: LineDoor, store: FileStore = storeInUse()): Promise<number> {
  const { signal } = new AbortController();
  setMaxListeners(0, signal);
  const due = await transaction("read", {}, (db) => running.listDue(db, usual.atOnce, ofEachAtOnce));
  const taken = await Promise.all(
    due.map((each) => advanceOne(each, { door, store, stopping: signal, cutting: signal, turn: signal })),
  );
  return taken.filter(Boolean).length;
}

async function advanceOne({ workspaceId, id }: running.Due, surroundings: Surroundings): Promise<boolean> {
  const batch = await transaction("write", { workspaceId }, (db) => running.claim(db, workspaceId, id));
  if (batch) await advance(batch, surroundings);
  return batch !== undefined;
}
