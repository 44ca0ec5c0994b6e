const longestWaitMs = 60_000;

/**
 * Delays the lines of a batch after a refusal that says to wait. When one line is told to wait, all wait, longer each
 * time. Then one line is sent first, and the others follow only after its answer.
 */
export class Gate {
  #until = 0;
  /** How often in a row it was closed; 0: it is open. */
  #closings = 0;
  #isProbing = false;
  #isOver = false;
  #waiting: (() => void)[] = [];
  #timer: NodeJS.Timeout | undefined;

  /** Resolves to a ticket when a line may be sent; to undefined when no more lines may be. */
  async pass(): Promise<number | undefined> {
    for (;;) {
      if (this.#isOver) return undefined;
      if (this.#closings === 0) return 0;
      if (!this.#isProbing && performance.now() >= this.#until) {
        this.#isProbing = true;
        return this.#closings;
      }
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  }

  /** Records that the line with this ticket was answered. Returns whether the gate was closed until now. */
  open(ticket: number): boolean {
    // A line that was sent before the gate was closed says nothing about the time after.
    if (ticket !== this.#closings || ticket === 0) return false;
    this.#closings = 0;
    this.#isProbing = false;
    this.#wake();
    return true;
  }

  /**
   * Closes the gate because the line with this ticket was told to wait this many seconds. Returns for how many
   * milliseconds it is closed.
   */
  close(ticket: number, seconds: number): number {
    const now = performance.now();
    const isNews = ticket === this.#closings;
    if (isNews) {
      this.#closings += 1;
      this.#isProbing = false;
    }
    const backoff = isNews ? Math.min(longestWaitMs, 500 * 2 ** Math.min(this.#closings, 7)) : 0;
    this.#until = Math.max(this.#until, now + Math.min(longestWaitMs, Math.max(seconds * 1_000, backoff)));
    clearTimeout(this.#timer);
    // One millisecond more: a timer can fire slightly early.
    this.#timer = setTimeout(() => this.#wake(), Math.ceil(this.#until - now) + 1);
    return this.#until - now;
  }

  /** Ends the waiting lines: no more are sent. */
  end(): void {
    this.#isOver = true;
    clearTimeout(this.#timer);
    this.#wake();
  }

  #wake(): void {
    for (const go of this.#waiting.splice(0)) go();
  }
}
