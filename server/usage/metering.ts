import type { Job } from "@/server/jobs/job";
import { log } from "@/server/log";
import { priceOf } from "./prices";
import { type Answer, reserveUsage, type Settlement, settleUsage } from "./queries";
import type { Outcome, Reservation } from "./reservation";

export type { Granted, LimitState, Refused } from "./queries";
export type { Outcome, Reservation } from "./reservation";

/** How long outcomes are gathered, so that many of one workspace are written in one transaction. */
const gatherMs = 10;
const mostAtOnce = 200;
/** Connections that writing may hold at a time. */
const mostWriters = 2;
/** Beyond this, outcomes are dropped: their reservations lapse, and are then charged at what was reserved. */
const mostWaiting = 50_000;

const waiting = new Map<string, Settlement[]>();
let count = 0;
let writers = 0;
let isScheduled = false;
let retryMs = 0;
let whenSettled: (() => void)[] = [];

/**
 * Takes what a request may cost from every limit that holds for it, or says which one is reached: one round trip. A
 * request that throws here must not be sent on.
 *
 * @throws when the database cannot be asked
 */
export function reserve(reservation: Reservation): Promise<Answer> {
  return reserveUsage(reservation, priceOf(reservation.model));
}

/**
 * Turns a reservation into a line of the ledger at what the request really cost, a few milliseconds later and together
 * with others. Never throws; while the database is away it is tried again.
 */
export function settle(workspaceId: string, id: string, outcome: Outcome): void {
  if (count >= mostWaiting) {
    log.error({ requestId: id }, "too much waits to be settled; this is charged at what was reserved");
    return;
  }
  count += 1;
  const ofWorkspace = waiting.get(workspaceId);
  if (ofWorkspace) ofWorkspace.push({ id, ...outcome });
  else waiting.set(workspaceId, [{ id, ...outcome }]);
  writeIn(gatherMs);
}

/** Resolves once everything that was to be settled is written. */
export function settled(): Promise<void> {
  if (count === 0) return Promise.resolve();
  return new Promise((resolve) => whenSettled.push(resolve));
}

/** What ends metering in order: waits until everything is settled, for 5 seconds at most. */
export function metering(): Job {
  return {
    async stop() {
      let giveUp: NodeJS.Timeout | undefined;
      const patience = new Promise<void>((resolve) => {
        giveUp = setTimeout(resolve, 5_000);
      });
      await Promise.race([settled(), patience]);
      clearTimeout(giveUp);
      if (count > 0)
        log.error({ count }, "requests are left unsettled; they lapse and are charged at what was reserved");
    },
  };
}

function writeIn(ms: number): void {
  if (isScheduled) return;
  isScheduled = true;
  setTimeout(write, ms);
}

function write(): void {
  isScheduled = false;
  while (writers < mostWriters) {
    const [next] = waiting;
    if (!next) return;
    const [workspaceId, all] = next;
    waiting.delete(workspaceId);
    if (all.length > mostAtOnce) waiting.set(workspaceId, all.splice(mostAtOnce));
    writers += 1;
    void writeBatch(workspaceId, all);
  }
}

async function writeBatch(workspaceId: string, batch: Settlement[]): Promise<void> {
  try {
    await settleUsage(workspaceId, batch);
    retryMs = 0;
    count -= batch.length;
    if (count === 0) {
      const resolved = whenSettled;
      whenSettled = [];
      for (const resolve of resolved) resolve();
    }
  } catch (error) {
    retryMs = Math.min(5_000, retryMs * 2 || 100);
    log.warn({ err: error, count: batch.length, retryMs }, "usage could not be settled; it is tried again");
    // Whether it was written before the connection was lost or not: what is settled already is passed over.
    waiting.set(workspaceId, [...batch, ...(waiting.get(workspaceId) ?? [])]);
  }
  writers -= 1;
  if (waiting.size > 0) writeIn(retryMs);
}
