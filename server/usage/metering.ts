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

/** How long requests under way may take to end while the process stops, in milliseconds. */
const patienceMs = 10_000;
/** How often an idle instance looks for lost instances, in milliseconds. */
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

/**
 * Called when the limits of a workspace have changed: unused amounts that were granted under the former limits are
 * given back.
 */
function forgetLimits(workspaceId: string): void {
  memory.forget(workspaceId);
  endUsers.forget(workspaceId);
  shares.forget();
  meter.recall(workspaceId);
}

/**
 * Reserves the highest possible cost of a request from every limit that applies to it, or says which limit is
 * reached. The database is not asked when this instance's leases suffice. If this throws, the request must not be
 * sent to a model server.
 *
 * @throws (rejects) when the database has to be asked and cannot be
 */
export function reserve(reservation: Reservation): Promise<Answer> {
  return take(reservation, (...asked) => meter.reserve(...asked));
}

/**
 * Moves a request under way to another model: releases its reservation and reserves its cost for that model. When
 * that is refused, the request still belongs to the former model and has nothing reserved.
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
  // Only requests with a key have end users: the playground acts for a member, and a training for none.
  const named = limits.endUsers && keyId !== null ? await asNamed(tagged, limits.endUsers) : tagged;
  if ("isGranted" in named) return named;
  const price = priceOf(model, new Date(meter.now));
  const answer = await ask(named, operation.startsWith("batch-") ? batchPriceOf(price) : price, limits);
  if (answer.isGranted) return answer;
  countLimitRefusal(answer);
  return { ...answer, slug: limits.slug, roomAt: new Date(meter.now + answer.retryAfterSeconds * 1_000) };
}

/** Returns a reservation with the declared tags among those that the request sent, or why it is refused. */
function asTagged(reservation: Reservation, sent: readonly string[], { tagging }: Limits): Reservation | Refused {
  const tags = tagging && tagsCarried(sent, tagging);
  return typeof tags === "string"
    ? { ...ended, reason: "tags", problem: tags }
    : { ...reservation, tags: tags ?? undefined };
}

/** Returns a reservation with its end user, or why it is refused. */
async function asNamed(reservation: Reservation, rules: EndUserRules): Promise<Reservation | Refused> {
  const { endUserSent, ...rest } = reservation;
  const endUser = await endUsers.find(reservation.workspaceId, endUserSent, rules);
  return "problem" in endUser ? { ...ended, reason: "end-user", ...endUser } : { ...rest, endUser };
}

/**
 * Checks whether the limits of a key or a member leave room for the smallest possible request, and says which one
 * does not. Reserves nothing.
 *
 * @param mayAsk whether the database is asked when this instance does not know; without it such a request is granted
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
 * Returns which share of the most used spending limit is spent, from 0 to 1 and beyond, among the limits that apply
 * to every model: the key's, the member's, the workspace's and the operators' ceiling. 0 without any. The value is at
 * most two seconds old.
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

/** Returns the numbers of this process's calls under way, calls that wait for a lease, unwritten lines, and leases. */
export function meterState() {
  return meter.state;
}

const ended: Refused = {
  ...{ isGranted: false, reason: "key", scope: "key", span: "month", whose: "key" },
  ...{ limit: 0, used: 0, isUnderWay: false, retryAfterSeconds: 1 },
};

/**
 * Settles a request at its real cost: in memory at once, in the ledger a few milliseconds later together with others.
 * Never throws; while the database is unreachable it is tried again. Returns the cost in micro-units.
 *
 * @param onWritten called once the line is in the ledger, or never will be
 */
export function settle(workspaceId: string, id: string, outcome: Outcome, onWritten?: () => void): number {
  return meter.settle(workspaceId, id, outcome, onWritten);
}

/**
 * Asks all instances to give back the unused part of their leases of a workspace's limits. Resolves once that is
 * announced.
 */
export function recallLeases(workspaceId: string): Promise<void> {
  return announce(`recall ${workspaceId}`);
}

/** Resolves once the lines of all ended requests are written and unused leases are given back. */
export function settled(): Promise<void> {
  return meter.settled();
}

/**
 * Starts the job that ends lost instances, even while this instance is idle. Stopping it ends metering in order:
 * requests under way may end, their lines are written, and leases are given back.
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
