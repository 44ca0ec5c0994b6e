import { InFlightById } from "@/server/platform/in-flight";
import { log } from "@/server/platform/log";
import type { Price } from "../prices";
import type { Answer, Granted } from "../queries";
import type { Outcome, Reservation } from "../reservation";
import type { Limits } from "./budget";
import { lineOf } from "./ended-line";
import { batchSize, type Exchange, type ExchangeAnswer, type Held } from "./exchange";
import { Lane } from "./lane";
import { limitStates } from "./limit-states";
import { measure } from "./measured";
import { type Asking, LeasePool, type Need } from "./pool";
import { knownRefusal } from "./refusal";
import { askingOf, begunOf, type UnderWay } from "./under-way";
import { UnwrittenLines } from "./unwritten-lines";
import { WaitingRequests } from "./waiting-requests";
import { WrittenLines } from "./written-lines";

/** What a meter calls outside of itself. */
export type Surroundings = {
  exchange(request: Exchange): Promise<ExchangeAnswer>;
  /** Returns whether this instance is certain to hear announcements (recalls, changed limits). */
  isHearing(): boolean;
  /** Ends one instance that is no longer heard of. Called repeatedly while this instance has anything to do. */
  endLost(): Promise<unknown>;
  /**
   * How long a request waits for other instances to give back what they do not use, in milliseconds; 150 by default.
   */
  recallMs?: number;
};

const defaultRecallMs = 150;

const granted: Granted = { isGranted: true };

/**
 * Meters the requests of one instance: reserves from its leases of every limit, asks the database for more only when
 * a lease is too small, and writes the cost of requests in batches. Only one statement is under way at a time.
 */
export class Meter {
  readonly pool = new LeasePool();
  readonly #underWay = new InFlightById<UnderWay>();
  readonly #lines = new UnwrittenLines();
  readonly #written = new WrittenLines();
  readonly #waiting: WaitingRequests;
  readonly #lane: Lane;
  readonly #isHearing: () => boolean;

  constructor({ exchange, isHearing, endLost, recallMs = defaultRecallMs }: Surroundings) {
    this.#isHearing = isHearing;
    this.#waiting = new WaitingRequests(recallMs);
    this.#lane = new Lane({
      exchange,
      endLost,
      pool: this.pool,
      takeLines: () => this.#lines.take(this.#lane.instance),
      wants: () => this.#waiting.wants(),
      waitedFor: () => this.#waiting.leases(),
      begun: (now) => this.#begun(now),
      keepsNone: () => !isHearing(),
      onAnswer: (error) => this.#onAnswer(error),
      isBusy: () => this.#underWay.size > 0 || this.#lines.count > 0 || this.#waiting.count > 0,
      hasLines: () => this.#lines.count > 0,
      hasBatch: () => this.#lines.count >= batchSize,
      whenGone: () => this.#moveOn(),
      onWritten: (lines) => this.#written.tell(lines),
    });
  }

  /** The database's time in milliseconds since 1970, as far as it is known. */
  get now(): number {
    return this.#lane.clock.now;
  }

  /** Notes the database's time from an answer, with the `performance.now()` at which it was asked. */
  noteTime(databaseMs: number, askedAt: number): void {
    this.#lane.clock.note(databaseMs, askedAt);
  }

  /**
   * Reserves the highest possible cost of a request from every limit that applies to it, or from none. It answers at
   * once when the leases suffice.
   *
   * @throws (rejects) when the database has to be asked and cannot be
   */
  reserve(reservation: Reservation, price: Price, limits: Limits): Answer | Promise<Answer> {
    return this.#book(reservation, price, limits);
  }

  /**
   * Moves a request under way to another model: releases its reservation and reserves its cost for that model. When
   * that is refused, the request still belongs to the former model and has nothing reserved.
   *
   * @throws (rejects) when the database has to be asked and cannot be
   */
  rebook(reservation: Reservation, price: Price, limits: Limits): Answer | Promise<Answer> {
    const former = this.#underWay.get(reservation.id);
    if (!former) throw new Error("only a request under way can become another model's");
    this.pool.release(former.needs.splice(0));
    return this.#book(reservation, price, limits, former);
  }

  /**
   * Checks whether the limits leave room for a request of any model with one token and this cost, and reserves
   * nothing. When that is unknown here, the database is asked or, with `mayAsk` false, the request is granted.
   *
   * @throws (rejects) when the database has to be asked and cannot be
   */
  check(workspaceId: string, cost: number, limits: Limits, mayAsk: boolean): Answer | Promise<Answer> {
    return this.#ask(
      { workspaceId, model: "", tokens: 1, cost, limits },
      (needs, now) => (this.pool.hasRoom(needs, this.#lane.isValid(now)) ? granted : undefined),
      mayAsk,
    );
  }

  #book(reservation: Reservation, price: Price, limits: Limits, former?: UnderWay): Answer | Promise<Answer> {
    const held: Held = { reservation, price, countedAs: limits.countedAs };
    return this.#ask(askingOf(reservation, price, limits), (needs, now) =>
      this.pool.take(needs, now, this.#lane.isValid(now)) ? this.#begin(held, needs, now, former) : undefined,
    );
  }

  #ask(
    asking: Asking,
    take: (needs: Need[], now: number) => Answer | undefined,
    mayAsk = true,
  ): Answer | Promise<Answer> {
    const now = performance.now();
    const needs = this.pool.needsOf(asking, this.now);
    const answer = take(needs, now) ?? (this.#isHearing() ? knownRefusal(needs, now) : undefined);
    if (answer) return answer;
    if (!mayAsk) return granted;
    return new Promise((resolve, reject) => {
      const renewNeeds = () => this.pool.needsOf(asking, this.now);
      this.#waiting.add({ needs, renewNeeds, take, answer: resolve, fail: reject }, now);
      // The missing amount may be leased by an instance that was lost; a beat looks for those.
      this.#lane.beat();
      this.#lane.kick(0);
    });
  }

  /**
   * Notes that a request has ended, and returns its cost in micro-units. A second call, or a call for another
   * workspace, changes nothing.
   *
   * @param onWritten called once the line is in the database, or never will be
   */
  settle(workspaceId: string, id: string, outcome: Outcome, onWritten?: () => void): number {
    const found = this.#underWay.get(id);
    if (found?.reservation.workspaceId !== workspaceId) {
      onWritten?.();
      return 0;
    }
    this.#underWay.take(id);
    this.#written.await(id, onWritten);
    if (this.#lines.isFull) {
      // The database charges it at its highest possible cost when it takes this request for lost.
      log.error(
        { requestId: id },
        "too many ledger lines wait to be written; this request will be charged at its highest possible cost",
      );
      this.pool.end(found.needs, 0, 0);
      this.#written.tell([{ id }]);
      return 0;
    }
    const { line, tokens, cost } = lineOf(found, outcome);
    measure(line, outcome, cost);
    this.pool.end(found.needs, tokens, cost);
    this.#lines.add({ line, cost, needs: found.needs, instance: found.instance });
    if (this.#waiting.count > 0) {
      this.#waiting.serve(performance.now());
      this.#kickForChanges();
    }
    if (this.#lines.count >= batchSize || this.#waiting.count > 0) this.#lane.kick(0);
    else this.#lane.gather();
    return cost;
  }

  /** Gives back what is not used of a workspace's leases: of those of one subject, or of all. */
  recall(workspaceId: string, subject?: string): void {
    if (this.pool.recall(workspaceId, subject)) this.#lane.kick(0);
  }

  /** Gives back everything that is not used, because this instance may no longer hear of changes. */
  recallAll(): void {
    for (const lease of this.pool.leases.values()) {
      lease.isRecalled = true;
      this.pool.changed.add(lease);
    }
    if (this.pool.changed.size > 0) this.#lane.kick(0);
  }

  /** Resolves once everything that was to be sent to the database is sent. */
  settled(): Promise<void> {
    return this.#lane.idle();
  }

  /** How many requests have begun and not ended. */
  get count(): number {
    return this.#underWay.size;
  }

  /** The numbers of requests under way, requests that wait for a lease, lines that are not written yet, and leases. */
  get state(): { calls: number; waiting: number; lines: number; leases: number } {
    const { size: leases } = this.pool.leases;
    return { calls: this.count, waiting: this.#waiting.count, lines: this.#lines.count, leases };
  }

  /**
   * Ends the meter: waits this many milliseconds for requests under way, writes their lines, and gives back all
   * leases.
   */
  async stop(patienceMs: number): Promise<void> {
    const until = performance.now() + patienceMs;
    while (this.#underWay.size > 0 && performance.now() < until)
      await new Promise((resolve) => setTimeout(resolve, 20));
    await this.#lane.leave(Math.max(1_000, until - performance.now()));
    const left = this.#underWay.size + this.#lines.count;
    if (left > 0)
      log.error(
        { count: left },
        "some requests are not in the ledger; those that began more than a second ago will be charged as lost",
      );
  }

  #begin(held: Held, needs: Need[], now: number, former?: UnderWay): Granted {
    const { reservation, price, countedAs } = held;
    const { begunAt = now, isKnown = false, instance = this.#lane.instance } = former ?? {};
    const underWay: UnderWay = { reservation, price, countedAs, needs, instance, begunAt, isKnown, isCurrent: false };
    this.#underWay.set(reservation.id, underWay);
    if (this.pool.changed.size > 0) this.#lane.gather();
    this.#lane.beat();
    return { isGranted: true, ...limitStates(needs, now) };
  }

  #onAnswer(error?: unknown): void {
    if (error !== undefined) {
      this.#waiting.failAll(error);
      this.#kickForChanges();
      return;
    }
    const retryMs = this.#waiting.serveAfterExchange(performance.now(), (needs) => {
      for (const { lease } of needs) this.pool.changed.add(lease);
    });
    if (retryMs < Number.POSITIVE_INFINITY) this.#lane.kick(retryMs);
    else this.#kickForChanges();
  }

  #kickForChanges(): void {
    if (this.pool.changed.size === 0) return;
    if (this.#isHearing()) this.#lane.gather();
    else this.#lane.kick(0);
  }

  /**
   * Lists the requests under way that the database does not know in their present form. They are sent with each beat.
   */
  #begun(now: number) {
    const begun = this.#underWay.list().filter(({ isCurrent }) => !isCurrent);
    for (const each of begun) each.isKnown = each.isCurrent = true;
    return begun.map((each) => begunOf(each, now));
  }

  /** Called when the database has ended this instance: it goes on under another id, without leases. */
  #moveOn(): void {
    this.pool.forgetAll();
    for (const each of this.#underWay.list()) each.isKnown = each.isCurrent = false;
  }
}
