import { log } from "@/server/platform/log";
import { ceilingOf, costOf, type Used, withRequest } from "../cost";
import type { Price } from "../prices";
import type { Answer, Granted, LimitState, Refused } from "../queries";
import type { Outcome, Reservation } from "../reservation";
import type { Limits } from "./budget";
import { columnsOf, type Exchange, type ExchangeAnswer, type Held, type Line } from "./exchange";
import { Lane } from "./lane";
import type { Lease } from "./lease";
import { measure } from "./measured";
import { LeasePool, type Need } from "./pool";
import { knownRefusal, underWayRefusal, verdictOf } from "./refusal";

/** What a meter needs of its surroundings. */
export type Surroundings = {
  exchange(said: Exchange): Promise<ExchangeAnswer>;
  /** Whether what others say (recalls, changed limits) is certain to be heard. */
  isHearing(): boolean;
  /** Ends an instance that was not heard of; asked again and again while this one has anything to do. */
  endLost(): Promise<unknown>;
  /** How long a request waits for others to give back what they do not use, in milliseconds. Unless given, 150. */
  recallMs?: number;
};

/** A request that took what it may cost. */
type UnderWay = Held & { needs: Need[]; cost: number; instance: string; begunAt: number; isKnown: boolean };

/** A request that waits for a lease. */
type Waiting = {
  asking: UnderWay;
  limits: Limits;
  since: number;
  tries: number;
  /** Whether the exchange that is on its way asks for it. */
  isAsked: boolean;
  /** Only whether there is room is wanted: nothing is taken. */
  isCheck: boolean;
  answer(answer: Answer): void;
  fail(error: unknown): void;
};

/** How long outcomes are gathered, in milliseconds, and how many are written at once. */
const gatherMs = 20;
const atOnce = 200;
const defaultRecallMs = 150;
const firstRetryMs = 10;
const mostTries = 12;
/** Beyond this, outcomes are dropped: what began is charged at what it could cost once it is taken for lost. */
const mostWaiting = 50_000;

/**
 * What one instance does about usage: gives away what it has leased of every limit, asks the database for more only when that is too
 * little, and writes what requests cost in batches. One statement is on its way at a time.
 */
export class Meter {
  readonly pool = new LeasePool();
  readonly #underWay = new Map<string, UnderWay>();
  readonly #lines: { line: Line; cost: number; needs: Need[]; instance: string }[] = [];
  #waiting: Waiting[] = [];
  readonly #lane: Lane;
  #isHearing: () => boolean;
  readonly #recallMs: number;

  constructor({ exchange, isHearing, endLost, recallMs = defaultRecallMs }: Surroundings) {
    this.#isHearing = isHearing;
    this.#recallMs = recallMs;
    this.#lane = new Lane({
      exchange,
      endLost,
      pool: this.pool,
      takeLines: () => this.#takeLines(),
      wants: () => this.#wants(),
      begun: (now) => this.#begun(now),
      keepsNone: () => !isHearing(),
      onAnswer: (error) => this.#serve(true, error),
      isBusy: () => this.#underWay.size > 0 || this.#lines.length > 0 || this.#waiting.length > 0,
      hasLines: () => this.#lines.length > 0,
      whenGone: () => this.#moveOn(),
    });
  }

  /** The database's time in milliseconds, as far as is known. */
  get now(): number {
    return this.#lane.clock.now;
  }

  /** Tells what the database's time was in an answer that was asked for at this moment. */
  noteTime(databaseMs: number, askedAt: number): void {
    this.#lane.clock.note(databaseMs, askedAt);
  }

  /**
   * Takes what a request may cost from every limit that holds for it, or from none: at once when the leases suffice.
   *
   * @throws (rejects) when the database has to be asked and cannot be
   */
  reserve(reservation: Reservation, price: Price, limits: Limits): Answer | Promise<Answer> {
    const cost = ceilingOf(withRequest(reservation, price), price);
    const { countedAs } = limits;
    const now = performance.now();
    const asking: UnderWay = {
      ...{ reservation, price, countedAs, cost, needs: [], instance: "", begunAt: now, isKnown: false },
    };
    this.#setNeeds(asking, limits);
    if (this.pool.take(asking.needs, now, this.#lane.isValid(now))) return this.#begin(asking, now);
    const refused = this.#isHearing() ? knownRefusal(asking.needs, now) : undefined;
    if (refused) return refused;
    return new Promise((answer, fail) => {
      this.#waiting.push({ asking, limits, since: now, tries: 0, isAsked: false, isCheck: false, answer, fail });
      // What it lacks may be with an instance that was lost.
      this.#lane.beat();
      this.#lane.kick(0);
    });
  }

  /**
   * Whether the limits leave room for a request, a token and this cost, which are not taken. Where that is not known, the database is asked, or
   * with `mayAsk` false it is said that they do.
   *
   * @throws (rejects) when the database has to be asked and cannot be
   */
  check(
    whose: Pick<Reservation, "workspaceId" | "keyId" | "memberId">,
    cost: number,
    limits: Limits,
    mayAsk: boolean,
  ): Answer | Promise<Answer> {
    const now = performance.now();
    const asking: UnderWay = {
      reservation: { ...nothingYet, ...whose },
      price: { inputPrice: 0, outputPrice: 0 },
      ...{ countedAs: limits.countedAs, cost, needs: [], instance: "", begunAt: now, isKnown: false },
    };
    this.#setNeeds(asking, limits);
    if (this.pool.hasRoom(asking.needs, this.#lane.isValid(now))) return { isGranted: true };
    const refused = this.#isHearing() ? knownRefusal(asking.needs, now) : undefined;
    if (refused) return refused;
    if (!mayAsk) return { isGranted: true };
    return new Promise((answer, fail) => {
      this.#waiting.push({ asking, limits, since: now, tries: 0, isAsked: false, isCheck: true, answer, fail });
      this.#lane.beat();
      this.#lane.kick(0);
    });
  }

  /** Notes that a request has ended. A second call, or one for another workspace, changes nothing. */
  settle(workspaceId: string, id: string, outcome: Outcome): void {
    const found = this.#underWay.get(id);
    if (found?.reservation.workspaceId !== workspaceId) return;
    this.#underWay.delete(id);
    const used = usedOf(found, outcome);
    const { promptTokens, completionTokens } = used;
    const cost = costOf(used, found.price);
    measure(found.reservation, outcome, used, cost);
    if (this.#lines.length >= mostWaiting) {
      log.error({ requestId: id }, "too much waits to be written; this is charged at what it could cost");
      this.pool.end(found.needs, 0, 0);
      return;
    }
    this.pool.end(found.needs, promptTokens + completionTokens, cost);
    const line: Line = {
      ...columnsOf(found, used.classes),
      ...{ counted_as: found.countedAs, status: outcome.status, error_code: outcome.errorCode },
      ...{ prompt_tokens: promptTokens, completion_tokens: completionTokens, usage_source: outcome.usageSource },
      first_byte_ms: outcome.firstByteMs === null ? null : Math.round(outcome.firstByteMs),
      total_ms: Math.round(outcome.totalMs),
      ...(outcome.upstreamModel !== undefined && { upstream_model: outcome.upstreamModel }),
      ...{ model_server: outcome.modelServer ?? null, failover: outcome.failover ?? null },
      ...{ is_known: found.isKnown, is_doubtful: false },
    };
    this.#lines.push({ line, cost, needs: found.needs, instance: found.instance });
    if (this.#waiting.length > 0) this.#serve(false);
    this.#lane.kick(this.#lines.length >= atOnce || this.#waiting.length > 0 ? 0 : gatherMs);
  }

  /** Gives back what is not used of a subject's leases in a workspace, or of all of its leases. */
  recall(workspaceId: string, subject?: string): void {
    if (this.pool.recall(workspaceId, subject)) this.#lane.kick(0);
  }

  /** Everything that is not used goes back: nothing is certain to be heard any more. */
  recallAll(): void {
    for (const lease of this.pool.leases.values()) {
      lease.isRecalled = true;
      this.pool.changed.add(lease);
    }
    if (this.pool.changed.size > 0) this.#lane.kick(0);
  }

  /** Resolves once all that is to be said to the database is said. */
  settled(): Promise<void> {
    return this.#lane.idle();
  }

  /** How many requests have begun and not ended. */
  get count(): number {
    return this.#underWay.size;
  }

  /** How much there is of each: requests under way, requests that wait for a lease, lines to be written, leases. */
  get state(): { calls: number; waiting: number; lines: number; leases: number } {
    const { size: leases } = this.pool.leases;
    return { calls: this.count, waiting: this.#waiting.length, lines: this.#lines.length, leases };
  }

  /** Ends it: what is under way may end for so long, is written, and everything that is leased goes back. */
  async stop(patienceMs: number): Promise<void> {
    const until = performance.now() + patienceMs;
    while (this.#underWay.size > 0 && performance.now() < until)
      await new Promise((resolve) => setTimeout(resolve, 20));
    await this.#lane.leave(Math.max(1_000, until - performance.now()));
    const left = this.#underWay.size + this.#lines.length;
    if (left > 0)
      log.error(
        { count: left },
        "requests are left unwritten; those that had begun a second before are charged as lost",
      );
  }

  #setNeeds(asking: UnderWay, limits: Limits): void {
    const { workspaceId, model, promptTokens, completionTokens } = asking.reservation;
    const { cost } = asking;
    asking.needs = this.pool.needsOf(
      { workspaceId, model, tokens: promptTokens + completionTokens, cost, limits },
      this.now,
    );
  }

  #begin(asking: UnderWay, now: number): Granted {
    asking.instance = this.#lane.instance;
    asking.begunAt = now;
    this.#underWay.set(asking.reservation.id, asking);
    if (this.pool.changed.size > 0) this.#lane.kick(gatherMs);
    this.#lane.beat();
    return { isGranted: true, ...statesOf(asking.needs, now) };
  }

  /** Answers those who wait and can be. After an exchange, those that it asked for are judged by what it was answered. */
  #serve(isAfterExchange: boolean, error?: unknown): void {
    const now = performance.now();
    const isValid = this.#lane.isValid(now);
    const waiting = this.#waiting;
    this.#waiting = [];
    let retryMs = Number.POSITIVE_INFINITY;
    for (const each of waiting) {
      if (error !== undefined) {
        each.fail(error);
        continue;
      }
      // A span may have ended meanwhile.
      if (isAfterExchange) this.#setNeeds(each.asking, each.limits);
      if (each.isCheck && this.pool.hasRoom(each.asking.needs, isValid)) {
        each.answer({ isGranted: true });
        continue;
      }
      if (!each.isCheck && this.pool.take(each.asking.needs, now, isValid)) {
        each.answer(this.#begin(each.asking, now));
        continue;
      }
      if (isAfterExchange && each.isAsked) {
        each.isAsked = false;
        each.tries++;
        const refused = this.#refusalOf(each, now);
        if (refused) {
          for (const { lease } of each.asking.needs) this.pool.changed.add(lease);
          each.answer(refused);
          continue;
        }
        const isAgain = verdictOf(each.asking.needs, now).kind === "again";
        retryMs = Math.min(retryMs, isAgain && each.tries < 3 ? 0 : firstRetryMs * 2 ** Math.min(3, each.tries - 1));
      } else if (isAfterExchange) retryMs = 0;
      this.#waiting.push(each);
    }
    if (retryMs < Number.POSITIVE_INFINITY) this.#lane.kick(retryMs);
    else if (this.pool.changed.size > 0) this.#lane.kick(this.#isHearing() ? gatherMs : 0);
  }

  #refusalOf({ asking, since, tries }: Waiting, now: number): Refused | undefined {
    const verdict = verdictOf(asking.needs, now);
    if (verdict.kind === "refused") return verdict.refused;
    if (verdict.kind === "recalled" && now - since > this.#recallMs) return underWayRefusal(asking.needs);
    // Others were quicker each time: after so many attempts the answer is that all of it is under way.
    return tries > mostTries ? underWayRefusal(asking.needs) : undefined;
  }

  #takeLines(): { lines: Line[]; written: Map<Lease, number> } {
    const written = new Map<Lease, number>();
    const lines = this.#lines.splice(0, atOnce).map(({ line, cost, needs, instance }) => {
      for (const { lease } of needs) if (!lease.isBucket) written.set(lease, (written.get(lease) ?? 0) + cost);
      return { ...line, is_doubtful: instance !== this.#lane.instance };
    });
    return { lines, written };
  }

  #wants(): Map<Lease, number[]> {
    const wants = new Map<Lease, number[]>();
    for (const each of this.#waiting) {
      each.isAsked = true;
      for (const { lease, amount } of each.asking.needs) {
        const needs = wants.get(lease);
        if (needs) needs.push(amount);
        else wants.set(lease, [amount]);
      }
    }
    return wants;
  }

  /** What has begun and the database does not know of: said with each beat. */
  #begun(now: number) {
    const begun = [];
    for (const each of this.#underWay.values()) {
      if (each.isKnown) continue;
      each.isKnown = true;
      const { promptTokens, completionTokens, seconds } = each.reservation;
      const tokens = { prompt_tokens: promptTokens, completion_tokens: completionTokens };
      const { classes } = withRequest(each.reservation, each.price);
      begun.push({ ...columnsOf(each, classes), ...tokens, seconds, age_ms: now - each.begunAt });
    }
    return begun;
  }

  /** The database has taken this instance for ended: it goes on as another, which has leased nothing. */
  #moveOn(): void {
    this.pool.forgetAll();
    for (const each of this.#underWay.values()) each.isKnown = false;
  }
}

/** The least that a request takes, of whichever model: a request and a token. */
const nothingYet = {
  ...{ id: "", model: "", upstreamModel: "", operation: "chat" as const, isStreamed: false },
  ...{ promptTokens: 1, completionTokens: 0, seconds: 0 },
};

/** What is charged for a request: what it used or, where that is not known, what was reserved. */
function usedOf({ reservation, price }: Held, { usage, usageSource }: Outcome): Used {
  if (usageSource === "none") return { promptTokens: 0, completionTokens: 0 };
  return withRequest(usage ?? reservation, price);
}

/** Returns where the tightest limits per minute stand. */
function statesOf(needs: readonly Need[], now: number): Pick<Granted, "requests" | "tokens"> {
  const states: { requests?: LimitState; tokens?: LimitState } = {};
  for (const { lease } of needs) {
    const { measure, limit } = lease.budget;
    if (measure === "spend" || !lease.known) continue;
    const rate = limit / 60;
    const filled = Math.max(0, lease.known.spent - ((now - lease.known.at) / 1_000) * rate - Math.max(0, lease.leased));
    const state = { limit, remaining: Math.max(0, Math.floor(limit - filled)), resetSeconds: Math.ceil(filled / rate) };
    if (!states[measure] || states[measure].remaining > state.remaining) states[measure] = state;
  }
  return states;
}
