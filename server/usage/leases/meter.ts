import { InFlightById } from "@/server/platform/in-flight";
import { log } from "@/server/platform/log";
import type { Price } from "../prices";
import type { Answer, Granted } from "../queries";
import type { Outcome, Reservation } from "../reservation";
import type { Limits } from "./budget";
import { lineOf } from "./ended-line";
import { batchSize, type Exchange, type ExchangeAnswer, type Held, type Line, mostAtOnce } from "./exchange";
import { Lane } from "./lane";
import type { Lease } from "./lease";
import { limitStates } from "./limit-states";
import { measure } from "./measured";
import { type Asking, LeasePool, type Need } from "./pool";
import { knownRefusal } from "./refusal";
import { askingOf, begunOf, type UnderWay } from "./under-way";
import { WaitingRequests } from "./waiting-requests";
import { WrittenLines } from "./written-lines";

/** What a meter needs of its surroundings. */
export type Surroundings = {
  exchange(request: Exchange): Promise<ExchangeAnswer>;
  /** Whether what others say (recalls, changed limits) is certain to be heard. */
  isHearing(): boolean;
  /** Ends an instance that was not heard of; asked again and again while this one has anything to do. */
  endLost(): Promise<unknown>;
  /** How long a request waits for others to give back what they do not use, in milliseconds. Unless given, 150. */
  recallMs?: number;
};

const defaultRecallMs = 150;
/** Beyond this, lines are dropped: what began is charged at what it could cost once it is taken for lost. */
const maxUnwritten = 50_000;

const granted: Granted = { isGranted: true };

/**
 * What one instance does about usage: gives away what it has leased of every limit, asks the database for more only when that is too
 * little, and writes what requests cost in batches. One statement is on its way at a time.
 */
export class Meter {
  readonly pool = new LeasePool();
  readonly #underWay = new InFlightById<UnderWay>();
  readonly #lines: { line: Line; cost: number; needs: Need[]; instance: string }[] = [];
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
      takeLines: () => this.#takeLines(),
      wants: () => this.#waiting.wants(),
      waitedFor: () => this.#waiting.leases(),
      begun: (now) => this.#begun(now),
      keepsNone: () => !isHearing(),
      onAnswer: (error) => this.#onAnswer(error),
      isBusy: () => this.#underWay.size > 0 || this.#lines.length > 0 || this.#waiting.count > 0,
      hasLines: () => this.#lines.length > 0,
      hasBatch: () => this.#lines.length >= batchSize,
      whenGone: () => this.#moveOn(),
      onWritten: (lines) => this.#written.tell(lines),
    });
  }

  /** The database's time in milliseconds, as far as is known. */
  get now(): number {
    return this.#lane.clock.now;
  }

  /** Notes what the database's time was in an answer that was asked for at this moment. */
  noteTime(databaseMs: number, askedAt: number): void {
    this.#lane.clock.note(databaseMs, askedAt);
  }

  /**
   * Takes what a request may cost from every limit that holds for it, or from none: at once when the leases suffice.
   *
   * @throws (rejects) when the database has to be asked and cannot be
   */
  reserve(reservation: Reservation, price: Price, limits: Limits): Answer | Promise<Answer> {
    return this.#book(reservation, price, limits);
  }

  /**
   * Has a request under way be another model's: gives back what it took, and takes what it may cost there. When that is refused it stays the
   * former model's, and has taken nothing.
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
   * Checks whether the limits leave room for a request of any model, a token and this cost, which are not taken. Where that is not known, the
   * database is asked, or, with `mayAsk` false, the request is granted.
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
      // What it lacks may be with an instance that was lost.
      this.#lane.beat();
      this.#lane.kick(0);
    });
  }

  /**
   * Notes that a request has ended, and returns what it cost in micro-units. A second call, or one for another workspace, changes nothing.
   *
   * @param onWritten called once that is in the database, or never will be
   */
  settle(workspaceId: string, id: string, outcome: Outcome, onWritten?: () => void): number {
    const found = this.#underWay.get(id);
    if (found?.reservation.workspaceId !== workspaceId) {
      onWritten?.();
      return 0;
    }
    this.#underWay.take(id);
    this.#written.await(id, onWritten);
    if (this.#lines.length >= maxUnwritten) {
      log.error({ requestId: id }, "too much waits to be written; this is charged at what it could cost");
      this.pool.end(found.needs, 0, 0);
      this.#written.tell([{ id }]);
      return 0;
    }
    const { line, tokens, cost } = lineOf(found, outcome);
    measure(line, outcome, cost);
    this.pool.end(found.needs, tokens, cost);
    this.#lines.push({ line, cost, needs: found.needs, instance: found.instance });
    if (this.#waiting.count > 0) {
      this.#waiting.serve(performance.now());
      this.#kickForChanges();
    }
    if (this.#lines.length >= batchSize || this.#waiting.count > 0) this.#lane.kick(0);
    else this.#lane.gather();
    return cost;
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

  /** Resolves once all that is to be sent to the database is sent. */
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
    return { calls: this.count, waiting: this.#waiting.count, lines: this.#lines.length, leases };
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

  #takeLines(): { lines: Line[]; written: Map<Lease, number> } {
    const written = new Map<Lease, number>();
    const lines = this.#lines.splice(0, mostAtOnce).map(({ line, cost, needs, instance }) => {
      for (const { lease } of needs) if (!lease.isBucket) written.set(lease, (written.get(lease) ?? 0) + cost);
      line.is_doubtful = instance !== this.#lane.instance;
      return line;
    });
    return { lines, written };
  }

  /** Lists what has begun and the database does not know of as it is: it is sent with each beat. */
  #begun(now: number) {
    const begun = this.#underWay.list().filter(({ isCurrent }) => !isCurrent);
    for (const each of begun) each.isKnown = each.isCurrent = true;
    return begun.map((each) => begunOf(each, now));
  }

  /** The database has taken this instance for ended: it goes on as another, which has leased nothing. */
  #moveOn(): void {
    this.pool.forgetAll();
    for (const each of this.#underWay.list()) each.isKnown = each.isCurrent = false;
  }
}
