import { type Line, mostAtOnce } from "./exchange";
import type { Lease } from "./lease";
import type { Need } from "./pool";

/** The line of a request that has ended, its cost in micro-units, what it reserved, and the id of the instance it began under. */
type Unwritten = { line: Line; cost: number; needs: readonly Need[]; instance: string };

/** The most lines that are kept. */
const maxUnwritten = 50_000;

/** The ledger lines of requests that have ended and are not in an exchange yet, in the order in which they ended. */
export class UnwrittenLines {
  readonly #lines: Unwritten[] = [];

  get count(): number {
    return this.#lines.length;
  }

  /** Whether no further line is accepted. */
  get isFull(): boolean {
    return this.#lines.length >= maxUnwritten;
  }

  add(unwritten: Unwritten): void {
    this.#lines.push(unwritten);
  }

  /**
   * Takes the lines of the next exchange, and their cost by lease. A line of a request that began under another id than
   * `instance` may already have been written, or charged as lost, and is marked so.
   */
  take(instance: string): { lines: Line[]; written: Map<Lease, number> } {
    const written = new Map<Lease, number>();
    const lines = this.#lines.splice(0, mostAtOnce).map(({ line, cost, needs, instance: begunUnder }) => {
      for (const { lease } of needs) if (!lease.isBucket) written.set(lease, (written.get(lease) ?? 0) + cost);
      line.is_doubtful = begunUnder !== instance;
      return line;
    });
    return { lines, written };
  }
}
