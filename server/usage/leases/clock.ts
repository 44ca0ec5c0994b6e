/** Estimates the database's time between its answers. The clock of this machine may be wrong by any amount. */
export class DatabaseClock {
  #ahead: number | undefined;
  #asOf = Number.NEGATIVE_INFINITY;

  /**
   * Notes the time that the database gave in an answer, in milliseconds, with the `performance.now()` at which it was
   * asked.
   */
  note(databaseMs: number, askedAt: number): void {
    if (askedAt < this.#asOf) return;
    this.#asOf = askedAt;
    this.#ahead = databaseMs - askedAt;
  }

  /** The time in milliseconds since 1970. Until the database has answered once, it is this machine's own clock. */
  get now(): number {
    return this.#ahead === undefined ? Date.now() : performance.now() + this.#ahead;
  }
}
