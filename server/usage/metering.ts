import { hasOwnProvider } from "@/server/model-servers/registry";
import { isHearing, onAnnouncement } from "@/server/platform/announcements/announcements";
import { announce } from "@/server/platform/announcements/queries";
import { type Job, repeat } from "@/server/platform/background";
import { log } from "@/server/platform/log";
import { limitRefusals } from "@/server/platform/metrics";
import { EndUserMemory } from "./end-users/memory";
import type { EndUserRules, Limits } from "./leases/budget";
import { LimitsMemory } from "./leases/limits";
import { Meter } from "./leases/meter";
import { endAllLost, exchange } from "./leases/queries";
import { batchPriceOf, isNothingFree, priceOf } from "./prices";
import type { Answer, Refused } from "./queries";
import type { Outcome, Reservation } from "./reservation";
import { SpentShares } from "./spent-share";
import { tagsCarried } from "./tags/carried";

export type { Granted, LimitState, Refused } from "./queries";
export type { Outcome, Reservation } from "./reservation";

/** How long what is under way may take to end once nothing new is taken, in milliseconds. */
const patienceMs = 10_000;
/** How often an instance with nothing to do looks for those that were lost, in milliseconds. */
const lostEveryMs = 5_000;

const meter = new Meter({ exchange, endLost: endAllLost, isHearing });
const shares = new SpentShares();
const memory = new LimitsMemory(
  isHearing,
  (databaseMs, askedAt) => meter.noteTime(databaseMs, askedAt),
  (workspaceId) => forgetLimits(workspaceId),
);
const endUsers = new EndUserMemory(isHearing);

onAnnouncement(
  {
    recall(text) {
      const end = text.indexOf(" ");
      if (end < 0) meter.recall(text);
      else meter.recall(text.slice(0, end), text.slice(end + 1));
    },
    limits: forgetLimits,
  },
  () => {
    memory.forget();
    endUsers.forget();
    meter.recallAll();
  },
);

/** A workspace's limits are others than they were: what was granted by the former ones and is not used goes back. */
function forgetLimits(workspaceId: string): void {
  memory.forget(workspaceId);
  endUsers.forget(workspaceId);
  shares.forget();
  meter.recall(workspaceId);
}

/**
 * Takes what a request may cost from every limit that holds for it, or says which one is reached. Nothing is asked when what
 * this instance has leased suffices. A request that throws here must not be sent on.
 *
 * @throws (rejects) when the database has to be asked and cannot be
 */
export function reserve(reservation: Reservation): Promise<Answer> {
  return take(reservation, (...asked) => meter.reserve(...asked));
}

/**
 * Has a request under way be another model's: gives back what it took, and takes what it may cost there. When that is refused the request
 * goes on as the former model's, and holds nothing.
 *
 * @throws (rejects) when the database has to be asked and cannot be
 */
export function rebook(reservation: Reservation): Promise<Answer> {
  return take(reservation, (...asked) => meter.rebook(...asked));
}

async function take(reservation: Reservation, ask: Meter["reserve"]): Promise<Answer> {
  const { workspaceId, keyId, memberId, model, operation, tags } = reservation;
  const limits = memory.recall(workspaceId, keyId, memberId) ?? (await memory.load(workspaceId, keyId, memberId));
  if (!limits) return ended;
  const tagged = tags ? asTagged(reservation, tags, limits) : reservation;
  if ("isGranted" in tagged) return tagged;
  // A member in the playground, or a training, is made for no end user.
  const named = limits.endUsers && keyId !== null ? await asNamed(tagged, limits.endUsers) : tagged;
  if ("isGranted" in named) return named;
  const price = priceOf(model, new Date(meter.now));
  const answer = await ask(named, operation.startsWith("batch-") ? batchPriceOf(price) : price, limits);
  if (answer.isGranted) return answer;
  countLimitRefusal(answer);
  return { ...answer, slug: limits.slug, roomAt: new Date(meter.now + answer.retryAfterSeconds * 1_000) };
}

/** Returns a reservation with the tags that it counts under, of those that it was sent with; or why it is refused. */
function asTagged(reservation: Reservation, sent: readonly string[], { tagging }: Limits): Reservation | Refused {
  const tags = tagging && tagsCarried(sent, tagging);
  return typeof tags === "string"
    ? { ...ended, reason: "tags", problem: tags }
    : { ...reservation, tags: tags ?? undefined };
}

/** Returns a reservation with whom it is made for; or why it is refused. */
async function asNamed(reservation: Reservation, rules: EndUserRules): Promise<Reservation | Refused> {
  const { endUserSent, ...rest } = reservation;
  const endUser = await endUsers.find(reservation.workspaceId, endUserSent, rules);
  return "problem" in endUser ? { ...ended, reason: "end-user", ...endUser } : { ...rest, endUser };
}

/**
 * Says whether the limits of a key or a member leave room for the least that any request takes, and which one does not. Takes nothing.
 *
 * @param mayAsk whether the database is asked where what is known here does not tell; without, such a request is granted
 * @throws (rejects) when the database has to be asked and cannot be
 */
export async function checkLimits(
  { workspaceId, keyId, memberId }: Pick<Reservation, "workspaceId" | "keyId" | "memberId">,
  mayAsk: boolean,
): Promise<Answer> {
  const known = memory.recall(workspaceId, keyId, memberId);
  if (!known && !mayAsk) return { isGranted: true };
  const limits = known ?? (await memory.load(workspaceId, keyId, memberId));
  if (!limits) return ended;
  const isEachCharged = isNothingFree(new Date(meter.now)) && !hasOwnProvider(workspaceId);
  const answer = await meter.check(workspaceId, isEachCharged ? 1 : 0, limits, mayAsk);
  if (answer.isGranted) return answer;
  countLimitRefusal(answer);
  return { ...answer, slug: limits.slug, roomAt: new Date(meter.now + answer.retryAfterSeconds * 1_000) };
}

/**
 * Returns how much is spent of the spending limit that is nearest to being used up, from 0 to 1 and beyond, of those that hold whatever the
 * model is: the key's, the member's, the workspace's, the operator's ceiling. 0 where there is none. As it was at most two seconds ago.
 *
 * @throws (rejects) when the database has to be asked and cannot be
 */
export async function spentShare({
  workspaceId,
  keyId,
  memberId,
}: Pick<Reservation, "workspaceId" | "keyId" | "memberId">): Promise<number> {
  const limits = memory.recall(workspaceId, keyId, memberId) ?? (await memory.load(workspaceId, keyId, memberId));
  return limits ? shares.shareOf(workspaceId, limits.common, meter.now) : 0;
}

function countLimitRefusal({ scope, span, isUnderWay }: Refused): void {
  limitRefusals.inc({ scope, span, cause: isUnderWay ? "under way" : "used up" });
}

/** What this process has under way: calls, those that wait for a lease, lines that are not written, and leases. */
export function meterState() {
  return meter.state;
}

const ended: Refused = {
  ...{ isGranted: false, reason: "key", scope: "key", span: "month", whose: "key" },
  ...{ limit: 0, used: 0, isUnderWay: false, retryAfterSeconds: 1 },
};

/**
 * Ends a request at what it really cost: in memory at once, in the ledger a few milliseconds later and together with others.
 * Never throws; while the database is away it is tried again. Returns the cost in micro-units.
 *
 * @param onWritten called once it is in the ledger, or never will be
 */
export function settle(workspaceId: string, id: string, outcome: Outcome, onWritten?: () => void): number {
  return meter.settle(workspaceId, id, outcome, onWritten);
}

/** Asks all instances to give back what they have leased of a workspace's limits and do not use. Resolves once that is announced. */
export function recallLeases(workspaceId: string): Promise<void> {
  return announce(`recall ${workspaceId}`);
}

/** Resolves once everything that has ended is written, and unused leases are given back. */
export function settled(): Promise<void> {
  return meter.settled();
}

/**
 * Ends instances that were lost, also while this one has nothing else to do. Stopping it ends metering in order: what is under way may end, is
 * written, and what is leased goes back.
 */
export function metering(): Job {
  const looking = repeat("usage: end lost leases", lostEveryMs, endAllLost, (error) =>
    log.warn({ err: error }, "instances that were lost could not be looked for"),
  );
  return {
    async stop() {
      await looking.stop();
      await meter.stop(patienceMs);
    },
  };
}
