import { randomUUID } from "node:crypto";
import { log } from "@/server/platform/log";
import { DatabaseClock } from "./clock";
import type { Duties } from "./duties";
import { applyAnswer, changesOf, type Exchange, type ExchangeAnswer, type Line } from "./exchange";
import type { Lease } from "./lease";

/** The database takes an instance for ended after ten seconds; it stops trusting its leases before. */
const validMs = 8_000;
const beatMs = 1_000;
/** How long lines are gathered, in milliseconds: as long as the exchange before took, between these. */
const shortestGatherMs = 20;
const longestGatherMs = 100;
const firstPauseMs = 100;
const longestPauseMs = 5_000;
/** How long those who wait are kept waiting for a database that is away. */
const failAfter = 2;

/** One statement to the database at a time, numbered, and repeated until it is answered. */
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
  /** Lines of a batch that the database has rejected: written one by one, so that the one it will never take holds up nothing else. */
  #singles: Line[] = [];
  /** The leases that the exchange on its way asks for: what it is granted belongs to these objects. */
  #asked = new Set<Lease>();

  constructor(private readonly duties: Duties) {}

  /** Whether what is leased may be given away. */
  isValid(now: number): boolean {
    return now < this.#validUntil;
  }

  /** Has an exchange begin in so many milliseconds at most. */
  kick(ms: number): void {
    const at = performance.now() + ms;
    if (at >= this.#dueAt) return;
    this.#dueAt = at;
    if (this.#isRunning) return;
    this.#arm();
  }

  /**
   * Has an exchange begin soon, for what no request waits for. A database that takes long to answer is asked seldom, with more at once: an
   * instance keeps it busy for half of the time at most.
   */
  gather(): void {
    this.kick(this.#gatherMs);
  }

  /** Has beats go on for as long as there is something to tell, and instances that were lost looked for with each. */
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

  /** Sends everything that is left, gives back all leases, and ends. Gives up after so many milliseconds. */
  async leave(patienceMs: number): Promise<void> {
    clearInterval(this.#beat);
    let giveUp: NodeJS.Timeout | undefined;
    const patience = new Promise<void>((resolve) => {
      giveUp = setTimeout(resolve, patienceMs);
    });
    const done = (async () => {
      await this.idle();
      // What is still under way is charged as lost once nothing is heard of this instance.
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
    const single = this.#singles.shift();
    const { lines, written } = single ? { lines: [single], written: new Map() } : duties.takeLines();
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
    if (duties.hasBatch() || this.#singles.length > 0) this.kick(0);
    else if (duties.hasLines()) this.gather();
    duties.onAnswer();
  }

  /** Sends it until it is answered. Undefined: this instance had ended, and nothing but its lines was taken. */
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
        // Nothing is leased under the new name; what was to be written may have been, under the old one.
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
          // Nothing of it will ever be taken. Under another name it begins anew; what was leased under this one goes back by itself.
          log.error({ err: error }, "what was to be leased is rejected");
          this.#renew();
          this.duties.onAnswer(error);
          return undefined;
        }
        log.warn({ err: error, count: sent.lines.length, pauseMs }, "usage could not be written; it is tried again");
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
    if (lines.length > 1) this.#singles.push(...lines);
    else if (only && only.error_code !== "lost") {
      log.error({ err: error, requestId: only.id }, "a request cannot be written as it ended; it is charged as lost");
      this.#singles.push({
        ...only,
        status: 500,
        error_code: "lost",
        usage_source: "estimated",
        first_byte_ms: null,
        total_ms: 0,
      });
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

/** Checks whether the database will never take this, however often it is tried. */
function isRejected(error: unknown): boolean {
  return error instanceof Error && "code" in error && /^(22|23|42)/.test(String(error.code));
}
