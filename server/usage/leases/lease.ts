import type { Budget } from "./budget";

/** How long an unused lease is kept, in milliseconds. */
const keptMs = 2_000;

/** What the database last said of a budget. */
export type Known = {
  at: number;
  /** Null: there is no limit any more. */
  limit: number | null;
  /** Micro-units that are spent, or how full the bucket is with all that was taken from it. */
  spent: number;
  /** What all instances have leased, this one included. */
  reserved: number;
  /** What the others have leased. */
  others: number;
  /** Seconds until the span ends; null: never. */
  endsIn: number | null;
};

/**
 * What this instance may still give away of one budget. Of money it is held until its use is written; what is taken of a
 * bucket is gone at once, and given back when it was not used.
 */
export class Lease {
  /** As the database has it. Of a bucket: what was taken from it and not given away; less than 0: what was used beyond that. */
  leased = 0;
  underWay = 0;
  /** What requests that ended have cost, and is not on its way to the database yet. */
  unwritten = 0;
  /** What the last exchange left this instance with. */
  keptThere = 0;
  isRecalled = false;
  /** The limit may have changed after what is on its way was asked: the answer says nothing of the limit as it is. */
  isOutdated = false;
  known: Known | undefined;
  lastTaken = Number.NEGATIVE_INFINITY;
  /** How many requests that are under way took from it. */
  #holders = 0;
  #recent = 0;
  #recentAt = 0;

  constructor(
    readonly key: string,
    readonly workspaceId: string,
    public budget: Budget,
    /** The first day of its span; of a bucket "". */
    readonly period: string,
  ) {}

  get isBucket(): boolean {
    return this.budget.span === "minute";
  }

  /** What can be given away without asking. */
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

  /** A request that took an estimate has ended, and used so much. */
  end(taken: number, used: number): void {
    this.#holders--;
    if (this.isBucket) {
      this.leased += taken - used;
      return;
    }
    this.underWay -= taken;
    this.unwritten += used;
  }

  /** About what was taken within the last two seconds: what counts for half after each of them. */
  used(now: number): number {
    return this.#recent * 0.5 ** ((now - this.#recentAt) / 1_000);
  }

  /** What of the room is not worth keeping. With `keepsNone` (nothing can be called back) that is all of it. */
  surplus(now: number, keepsNone: boolean): number {
    const keeps = keepsNone || this.isRecalled || now - this.lastTaken > keptMs ? 0 : Math.ceil(2 * this.used(now));
    return Math.max(0, Math.floor(this.room - keeps));
  }

  /** How much more than what waits for it the lease should be able to give. */
  wish(now: number): number {
    if (this.isRecalled || now - this.lastTaken > keptMs) return 0;
    const used = Math.ceil(this.used(now));
    return this.room < used / 2 ? Math.max(0, Math.ceil(used - Math.max(0, this.room))) : 0;
  }

  /** Whether nothing is left of it here or in the database. What waits for it or asks for it does not show. */
  get isIdle(): boolean {
    return (
      this.#holders === 0 && this.leased === 0 && this.underWay === 0 && this.unwritten === 0 && this.keptThere === 0
    );
  }
}
