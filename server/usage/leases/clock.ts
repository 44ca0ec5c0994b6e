/** The database's time between its answers. The instance's own clock may be wrong by any amount. */
export class DatabaseClock {
  #ahead: number | undefined;
  #asOf = Number.NEGATIVE_INFINITY;

  /** The database said that it was this time, in milliseconds, in an answer to what was asked at this moment of `performance.now()`. */
  note(databaseMs: number, askedAt: number): void {
    if (askedAt < this.#asOf) return;
    this.#asOf = askedAt;
    this.#ahead = databaseMs - askedAt;
  }

  /** In milliseconds since 1970, and until the database has said something by this machine's own clock. */
  get now(): number {
    return this.#ahead === undefined ? Date.now() : performance.now() + this.#ahead;
  }
}
