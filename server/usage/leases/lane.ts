import { randomUUID } from "node:crypto";
import { log } from "@/server/platform/log";
import { DatabaseClock } from "./clock";
import type { Duties } from "./duties";
import { applyAnswer, changesOf, type Exchange, type ExchangeAnswer, type Line } from "./exchange";
import type { Lease } from "./lease";

/**
 * How long leases stay valid after an exchange. The database ends an instance after ten seconds of silence; the
 * instance must stop using its leases before that.
 */
const validMs = 8_000;
const beatMs = 1_000;
/**
 * Bounds of how long lines are gathered for the next exchange, in milliseconds: between these bounds, as long as the
 * last exchange took.
 */
const shortestGatherMs = 20;
const longestGatherMs = 100;
const firstPauseMs = 100;
const longestPauseMs = 5_000;
/** After this many failed attempts the waiting requests are answered with the error. */
const failAfter = 2;

/** Runs the exchanges of an instance: one statement at a time, numbered, and repeated until it is answered. */
export class Lane {
  instance: string = randomUUID();
  readonly clock = new DatabaseClock();
  #turn = 0;
  #timer: NodeJS.Timeout | NodeJS.Immediate | undefined;
  #dueAt = Number.POSITIVE_INFINITY;
  #gatherMs = shortestGatherMs;
  #beat: NodeJS.Timeout | undefined;
  #isRunning = false;
  #isBeatDue = false;
  #isLeaving = false;
  #validUntil = Number.NEGATIVE_INFINITY;
  #whenIdle: (() => void)[] = [];
  /**
   * Lines of exchanges that the database has rejected, in halves. A half that is rejected is halved again, so that one
   * bad line is found in a few exchanges and does not block the others.
   */
  #halves: Line[][] = [];
  /**
   * The leases that the exchange under way asks for. They are kept in the pool, because the answer is added to these
   * objects.
   */
  #asked = new Set<Lease>();

  constructor(private readonly duties: Duties) {}

  /** Returns whether leases may be used. */
  isValid(now: number): boolean {
    return now < this.#validUntil;
  }

  /** Makes an exchange begin within this many milliseconds. */
  kick(ms: number): void {
    const at = performance.now() + ms;
    if (at >= this.#dueAt) return;
    this.#dueAt = at;
    if (this.#isRunning) return;
    this.#arm();
  }

  /**
   * Makes an exchange begin soon, when no request waits for it. The slower the database answers, the less often it is
   * asked and the more is sent at once: an instance keeps the database busy for at most half of the time.
   */
  gather(): void {
    this.kick(this.#gatherMs);
  }

  /** Starts a beat each second, as long as there is anything to tell. Each beat also looks for lost instances. */
  beat(): void {
    if (this.#beat) return;
    this.#beat = setInterval(() => {
      const { duties } = this;
      const { pool } = duties;
      const waitedFor = duties.waitedFor();
      for (const [key, lease] of pool.leases) {
        if (lease.isIdle && !waitedFor.has(lease) && !this.#asked.has(lease)) pool.leases.delete(key);
        else pool.changed.add(lease);
      }
      if (pool.leases.size > 0 || duties.isBusy()) {
        this.#isBeatDue = true;
        this.kick(0);
      } else {
        clearInterval(this.#beat);
        this.#beat = undefined;
      }
      duties.endLost().catch((error) => log.warn({ err: error }, "instances that were lost could not be looked for"));
    }, beatMs);
    this.#beat.unref();
  }

  /** Resolves once nothing is left to be sent. */
  idle(): Promise<void> {
    if (!this.#isRunning && this.#dueAt === Number.POSITIVE_INFINITY) return Promise.resolve();
    return new Promise((resolve) => this.#whenIdle.push(resolve));
  }

  /** Sends everything that is left, gives back all leases, and ends. Gives up after this many milliseconds. */
  async leave(patienceMs: number): Promise<void> {
    clearInterval(this.#beat);
    let giveUp: NodeJS.Timeout | undefined;
    const patience = new Promise<void>((resolve) => {
      giveUp = setTimeout(resolve, patienceMs);
    });
    const done = (async () => {
      await this.idle();
      // Requests that are still under way are charged as lost once this instance is silent.
      if (this.#turn === 0 || this.duties.isBusy()) return;
      this.#isLeaving = true;
      for (const lease of this.duties.pool.leases.values()) this.duties.pool.changed.add(lease);
      this.kick(0);
      await this.idle();
    })();
    await Promise.race([done, patience]);
    clearTimeout(giveUp);
  }

  #arm(): void {
    clearTimeout(this.#timer as NodeJS.Timeout);
    clearImmediate(this.#timer as NodeJS.Immediate);
    const ms = this.#dueAt - performance.now();
    const run = () => void this.#run();
    this.#timer = ms <= 0 ? setImmediate(run) : setTimeout(run, ms);
  }

  async #run(): Promise<void> {
    if (this.#isRunning) return;
    this.#isRunning = true;
    this.#dueAt = Number.POSITIVE_INFINITY;
    await this.#exchange();
    this.#isRunning = false;
    if (this.#dueAt < Number.POSITIVE_INFINITY) return this.#arm();
    this.#isLeaving = false;
    const resolved = this.#whenIdle;
    this.#whenIdle = [];
    for (const resolve of resolved) resolve();
  }

  async #exchange(): Promise<void> {
    const { duties } = this;
    const wants = duties.wants();
    const half = this.#halves.shift();
    const { lines, written } = half ? { lines: half, written: new Map() } : duties.takeLines();
    const now = performance.now();
    const isLast = this.#isLeaving;
    const { leases, buckets, asked } = changesOf(duties.pool, wants, written, {
      now,
      keepsNone: duties.keepsNone(),
      isLast,
    });
    const begun = this.#isBeatDue ? duties.begun(now) : [];
    const isBeat = this.#isBeatDue;
    this.#isBeatDue = false;
    const isNothing = lines.length + leases.length + buckets.length + begun.length === 0;
    if (isNothing && !isBeat && !isLast && this.isValid(now)) return duties.onAnswer();
    this.#turn++;
    const { instance } = this;
    const request: Exchange = { instance, turn: this.#turn, lines, leases, buckets, begun, leaves: isLast };
    this.#asked = new Set(asked);
    const answer = await this.#send(request);
    this.#asked = new Set();
    if (answer === undefined) return;
    applyAnswer(asked, leases, answer.answer, answer.askedAt);
    this.clock.note(answer.answer.now, answer.askedAt);
    this.#validUntil = answer.askedAt + validMs;
    const tookMs = performance.now() - answer.askedAt;
    this.#gatherMs = Math.min(longestGatherMs, Math.max(shortestGatherMs, tookMs));
    if (duties.hasBatch() || this.#halves.length > 0) this.kick(0);
    else if (duties.hasLines()) this.gather();
    duties.onAnswer();
  }

  /**
   * Sends an exchange until it is answered. Undefined: the database had ended this instance, or rejected the
   * exchange; then at most its lines were written.
   */
  async #send(request: Exchange): Promise<{ answer: NonNullable<ExchangeAnswer>; askedAt: number } | undefined> {
    let pauseMs = firstPauseMs;
    let first = request;
    let sent = request;
    for (let attempts = 1; ; attempts++) {
      const askedAt = performance.now();
      try {
        const answer = await this.duties.exchange(sent);
        if (answer) this.duties.onWritten(sent.lines);
        if (answer) return sent === first ? { answer, askedAt } : this.#afterEnd(answer, askedAt);
        // The new instance id has no leases. The lines may already have been written under the old id.
        this.#renew();
        this.#turn = 1;
        const lines = first.lines.map((line) => ({ ...line, is_doubtful: true }));
        sent = { instance: this.instance, turn: 1, lines, leases: [], buckets: [], begun: [], leaves: false };
      } catch (error) {
        if (isRejected(error) && sent.lines.length > 0) {
          this.#setAside(sent.lines, error);
          const isFirst = sent === first;
          sent = { ...sent, lines: [] };
          if (isFirst) first = sent;
          continue;
        }
        if (isRejected(error)) {
          // The database will never accept this exchange. The instance goes on under a new id; leases under the old
          // id return by themselves.
          log.error({ err: error }, "the database rejected a request for leases; this instance goes on under a new id");
          this.#renew();
          this.duties.onAnswer(error);
          return undefined;
        }
        log.warn(
          { err: error, count: sent.lines.length, pauseMs },
          "usage could not be written; it will be tried again",
        );
        if (attempts >= failAfter) this.duties.onAnswer(error);
        await new Promise((resolve) => setTimeout(resolve, pauseMs).unref?.());
        pauseMs = Math.min(longestPauseMs, pauseMs * 2);
      }
    }
  }

  #renew(): void {
    this.instance = randomUUID();
    this.#turn = 0;
    this.#validUntil = Number.NEGATIVE_INFINITY;
    this.duties.whenGone();
  }

  #setAside(lines: Line[], error: unknown): void {
    const [only] = lines;
    const middle = Math.ceil(lines.length / 2);
    if (lines.length > 1) this.#halves.push(lines.slice(0, middle), lines.slice(middle));
    else if (only && only.error_code !== "lost") {
      log.error({ err: error, requestId: only.id }, "a request cannot be written as it ended; it is charged as lost");
      this.#halves.push([
        { ...only, status: 500, error_code: "lost", usage_source: "estimated", first_byte_ms: null, total_ms: 0 },
      ]);
    } else {
      log.error({ err: error, requestId: only?.id }, "a request cannot be written at all; it is not charged");
      this.duties.onWritten(lines);
    }
  }

  #afterEnd(answer: NonNullable<ExchangeAnswer>, askedAt: number): undefined {
    this.clock.note(answer.now, askedAt);
    this.kick(0);
    return undefined;
  }
}

/** Checks whether the database rejects this for good, so that a repetition is useless. */
function isRejected(error: unknown): boolean {
  return error instanceof Error && "code" in error && /^(22|23|42)/.test(String(error.code));
}
