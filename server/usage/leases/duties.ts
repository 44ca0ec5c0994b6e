import type { Begun, Exchange, ExchangeAnswer, Line, Wants } from "./exchange";
import type { Lease } from "./lease";
import type { LeasePool } from "./pool";

/** What a lane asks its meter to send, and what it calls when answers arrive. */
export type Duties = {
  exchange(request: Exchange): Promise<ExchangeAnswer>;
  pool: LeasePool;
  /** Takes the lines to be written next, and their cost by lease. */
  takeLines(): { lines: Line[]; written: Map<Lease, number> };
  wants(): Wants;
  /** Returns the leases that requests wait for. */
  waitedFor(): Set<Lease>;
  begun(now: number): Begun[];
  keepsNone(): boolean;
  /** Called after each exchange. With an error, the database could not be reached. */
  onAnswer(error?: unknown): void;
  endLost(): Promise<unknown>;
  /** Returns whether requests are under way or waiting, or lines are not written yet. */
  isBusy(): boolean;
  hasLines(): boolean;
  /** Returns whether there are enough lines for a full batch. */
  hasBatch(): boolean;
  /** Called when these lines are in the database, or never will be. */
  onWritten(lines: Line[]): void;
  whenGone(): void;
};
