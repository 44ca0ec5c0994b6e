import type { Budget } from "./budget";

/** How long an unused lease is kept, in milliseconds. */
const keptMs = 2_000;

/** What the database last said about a budget. */
export type Known = {
  at: number;
  /** Null: there is no limit any more. */
  limit: number | null;
  /** The micro-units that are spent; for a bucket how full it is, including everything that was taken from it. */
  spent: number;
  /** What all instances have leased, including this one. */
  reserved: number;
  /** What other instances have leased. */
  others: number;
  /** Seconds until the span ends; null: never. */
  endsIn: number | null;
};

/**
 * What this instance may give away of one budget without asking the database. Of money, a reserved amount stays in
 * the lease until its line is written. What is taken from a bucket leaves it at once, and unused amounts are put
 * back.
 */
export class Lease {
  /**
   * The amount that is leased in the database. For a bucket: what was taken from it and not given away yet; below 0:
   * usage beyond what was taken.
   */
  leased = 0;
  underWay = 0;
  /** The cost of requests that have ended and are not in an exchange yet. */
  unwritten = 0;
  /** The amount that the database has recorded as kept by this instance. */
  keptThere = 0;
  isRecalled = false;
  /**
   * Whether the limit may have changed after the exchange under way was sent, so that its answer does not describe
   * the present limit.
   */
  isOutdated = false;
  known: Known | undefined;
  lastTaken = Number.NEGATIVE_INFINITY;
  /** How many requests under way have taken from it. */
  #holders = 0;
  #recent = 0;
  #recentAt = 0;

  constructor(
    readonly key: string,
    readonly workspaceId: string,
    public budget: Budget,
    /** The first day of its span; "" for a bucket. */
    readonly period: string,
  ) {}

  get isBucket(): boolean {
    return this.budget.span === "minute";
  }

  /** What can be given away without asking the database. */
  get room(): number {
    return this.leased - this.underWay - this.unwritten;
  }

  take(amount: number, now: number): void {
    if (this.isBucket) this.leased -= amount;
    else this.underWay += amount;
    this.#holders++;
    this.#recent = this.used(now) + amount;
    this.#recentAt = now;
    this.lastTaken = now;
  }

  /** Called when a request has ended that took an estimate: replaces the estimate by what it used. */
  end(taken: number, used: number): void {
    this.#holders--;
    if (this.isBucket) {
      this.leased += taken - used;
      return;
    }
    this.underWay -= taken;
    this.unwritten += used;
  }

  /** Returns about how much was taken within the last two seconds. An amount counts half after each second. */
  used(now: number): number {
    return this.#recent * 0.5 ** ((now - this.#recentAt) / 1_000);
  }

  /**
   * Returns how much of the room can be given back. With `keepsNone` (the lease could not be recalled) that is all of
   * it.
   */
  surplus(now: number, keepsNone: boolean): number {
    const keeps = keepsNone || this.isRecalled || now - this.lastTaken > keptMs ? 0 : Math.ceil(2 * this.used(now));
    return Math.max(0, Math.floor(this.room - keeps));
  }

  /** Returns by how much the lease should grow beyond what waiting requests need. */
  wish(now: number): number {
    if (this.isRecalled || now - this.lastTaken > keptMs) return 0;
    const used = Math.ceil(this.used(now));
    return this.room < used / 2 ? Math.max(0, Math.ceil(used - Math.max(0, this.room))) : 0;
  }

  /**
   * Whether nothing of it is left here or in the database. It does not know whether requests wait for it or an
   * exchange asks for it.
   */
  get isIdle(): boolean {
    return (
      this.#holders === 0 && this.leased === 0 && this.underWay === 0 && this.unwritten === 0 && this.keptThere === 0
    );
  }
}
