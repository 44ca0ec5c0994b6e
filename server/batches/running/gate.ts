const longestWaitMs = 60_000;

/**
 * What all lines of a batch pass before they are sent. Once one was told to wait, all wait, longer each time; then one goes first, and only
 * when that is answered the others follow.
 */
export class Gate {
  #until = 0;
  /** How often in a row it was closed; 0: it is open. */
  #closings = 0;
  #isProbing = false;
  #isOver = false;
  #waiting: (() => void)[] = [];
  #timer: NodeJS.Timeout | undefined;

  /** Resolves to a ticket once a line may be sent; to undefined once none is any more. */
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

  /** Notes that the line with this ticket was answered. Returns whether the gate was closed until now. */
  open(ticket: number): boolean {
    // What was sent before it was closed says nothing of the time after.
    if (ticket !== this.#closings || ticket === 0) return false;
    this.#closings = 0;
    this.#isProbing = false;
    this.#wake();
    return true;
  }

  /** Notes that the line with this ticket was told to wait so many seconds. Returns for how many milliseconds the gate is closed. */
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
    // Not a moment before it is over: a timer may be early by a part of a millisecond.
    this.#timer = setTimeout(() => this.#wake(), Math.ceil(this.#until - now) + 1);
    return this.#until - now;
  }

  /** Lets go of the lines that wait: none is sent any more. */
  end(): void {
    this.#isOver = true;
    clearTimeout(this.#timer);
    this.#wake();
  }

  #wake(): void {
    for (const go of this.#waiting.splice(0)) go();
  }
}
