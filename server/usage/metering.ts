import type { Job } from "@/server/platform/background";
import { log } from "@/server/platform/log";
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

/** What this instance has reserved and not settled yet. */
const underWay = new Map<string, NonNullable<Settlement["reserved"]>>();
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
export async function reserve(reservation: Reservation): Promise<Answer> {
  const price = priceOf(reservation.model);
  const answer = await reserveUsage(reservation, price);
  if (answer.isGranted) underWay.set(reservation.id, { reservation, price });
  return answer;
}

/**
 * Turns a reservation into a line of the ledger at what the request really cost, a few milliseconds later and together
 * with others. Never throws; while the database is away it is tried again.
 */
export function settle(workspaceId: string, id: string, outcome: Outcome): void {
  const found = underWay.get(id);
  const reserved = found?.reservation.workspaceId === workspaceId ? found : undefined;
  if (reserved) underWay.delete(id);
  if (count >= mostWaiting) {
    log.error({ requestId: id }, "too much waits to be settled; this is charged at what was reserved");
    return;
  }
  count += 1;
  const settlement = { id, ...outcome, ...(reserved && { reserved }) };
  const ofWorkspace = waiting.get(workspaceId);
  if (ofWorkspace) ofWorkspace.push(settlement);
  else waiting.set(workspaceId, [settlement]);
  // While the database is away, requests that end do not hurry the next attempt.
  writeIn(Math.max(gatherMs, retryMs));
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
  setTimeout(writeWaiting, ms);
}

function writeWaiting(): void {
  isScheduled = false;
  while (writers < mostWriters) {
    const [next] = waiting;
    if (!next) return;
    const [workspaceId, all] = next;
    waiting.delete(workspaceId);
    if (all.length > mostAtOnce) waiting.set(workspaceId, all.splice(mostAtOnce));
    writers += 1;
    void write(workspaceId, all).then(() => {
      writers -= 1;
      if (waiting.size > 0) writeIn(retryMs);
    });
  }
}

async function write(workspaceId: string, batch: Settlement[]): Promise<void> {
  try {
    await settleUsage(workspaceId, batch);
    retryMs = 0;
    finish(batch.length);
  } catch (error) {
    if (isRejected(error)) await settleEach(workspaceId, batch, error);
    else again(workspaceId, batch, error);
  }
}

function finish(many: number): void {
  count -= many;
  if (count > 0) return;
  const resolved = whenSettled;
  whenSettled = [];
  for (const resolve of resolved) resolve();
}

/** Whether the database has said that it will never take this, however often it is tried. */
function isRejected(error: unknown): boolean {
  return error instanceof Error && "code" in error && /^(22|23|42)/.test(String(error.code));
}

/** One by one, so that what cannot be settled holds up nothing else. Its reservation lapses, and is charged as it is. */
async function settleEach(workspaceId: string, batch: Settlement[], cause: unknown): Promise<void> {
  if (batch.length === 1) {
    log.error(
      { err: cause, requestId: batch[0]?.id },
      "a request cannot be settled; it is charged at what was reserved",
    );
    return finish(1);
  }
  for (const settlement of batch) await write(workspaceId, [settlement]);
}

/** Whether it was written before the connection was lost or not: what is settled already is passed over. */
function again(workspaceId: string, batch: Settlement[], error: unknown): void {
  retryMs = Math.min(5_000, retryMs * 2 || 100);
  log.warn({ err: error, count: batch.length, retryMs }, "usage could not be settled; it is tried again");
  waiting.set(workspaceId, [...batch, ...(waiting.get(workspaceId) ?? [])]);
}
