import type { Begun, Exchange, ExchangeAnswer, Line, Wants } from "./exchange";
import type { Lease } from "./lease";
import type { LeasePool } from "./pool";

/** What the lane sends for its meter, and what it calls with the answers. */
export type Duties = {
  exchange(request: Exchange): Promise<ExchangeAnswer>;
  pool: LeasePool;
  /** Takes what is to be written next, and what that cost of each lease. */
  takeLines(): { lines: Line[]; written: Map<Lease, number> };
  wants(): Wants;
  /** The leases that requests wait for. */
  waitedFor(): Set<Lease>;
  begun(now: number): Begun[];
  keepsNone(): boolean;
  /** After each exchange. With an error the database could not be asked. */
  onAnswer(error?: unknown): void;
  endLost(): Promise<unknown>;
  /** Whether anything is under way, waits or is to be written. */
  isBusy(): boolean;
  hasLines(): boolean;
  /** Whether there are as many lines as are written at once. */
  hasBatch(): boolean;
  /** These lines are in the database, or never will be. */
  onWritten(lines: Line[]): void;
  whenGone(): void;
};
