import type { IncomingHttpHeaders } from "node:http";

type Take = (piece: Buffer) => Promise<void> | undefined;
/** The connection of an answer. While it is paused, the server's time limit does not run. */
type Connection = { pause(): void; resume(): void; abort(reason: Error): void };

/** The error of an answer that is not needed any more. */
class NotWanted extends Error {
  override readonly name = "NotWanted";
}

/**
 * The answer of a model server, from its headers on. The body is read once, as it arrives. While the reader works on a
 * piece, no more is taken from the connection.
 */
export class ServerAnswer {
  #take: Take | undefined;
  #end: { resolve: () => void; reject: (error: unknown) => void } | undefined;
  /** Pieces that arrived before there was a reader, or while it was busy. */
  #waiting: Buffer[] = [];
  #isWorking = false;
  #isComplete = false;
  #failure: { error: unknown } | undefined;
  #drainTimer: NodeJS.Timeout | undefined;

  constructor(
    readonly status: number,
    readonly headers: IncomingHttpHeaders,
    private readonly connection: Connection,
  ) {}

  /**
   * Reads the body. Resolves at its end, or when `stop` is called.
   *
   * @throws (rejects) the error of `take`; the error with which it was aborted; and an error when the connection ends
   * before the body
   */
  read(take: Take): Promise<void> {
    return new Promise((resolve, reject) => {
      if (this.#failure) return reject(this.#failure.error);
      this.#take = take;
      this.#end = { resolve, reject };
      this.#work();
    });
  }

  /**
   * Stops reading, because the needed part has arrived. The rest may arrive within `drainMs` milliseconds, so that the
   * connection can be used again.
   */
  stop(drainMs: number): void {
    this.#settle();
    this.#waiting = [];
    this.#take = () => undefined;
    if (this.#isComplete || this.#failure) return;
    this.#drainTimer = setTimeout(() => this.abort(), drainMs);
    if (!this.#isWorking) this.connection.resume();
  }

  /** Ends the connection, unless the answer is complete. A reader gets an error. */
  abort(): void {
    if (this.#isComplete || this.#failure) return;
    const reason = new NotWanted("an answer is not wanted any more");
    this.fail(reason);
    this.connection.abort(reason);
  }

  /** Called by the connection with the next piece of the body. */
  push(piece: Buffer): void {
    this.#waiting.push(piece);
    if (this.#take === undefined || this.#isWorking) this.connection.pause();
    else this.#work();
  }

  /** Called by the connection at the end of the body. */
  complete(): void {
    this.#isComplete = true;
    clearTimeout(this.#drainTimer);
    if (this.#take && !this.#isWorking) this.#settle();
  }

  /** Called when the connection ended before the body did. */
  fail(error: unknown): void {
    if (this.#isComplete || this.#failure) return;
    this.#failure = { error };
    clearTimeout(this.#drainTimer);
    this.#settle(this.#failure);
  }

  #work(): void {
    while (this.#waiting.length > 0 && !this.#isWorking) {
      const piece = this.#waiting.shift() as Buffer;
      try {
        const work = this.#take?.(piece);
        if (work) this.#waitFor(work);
      } catch (error) {
        this.#take = undefined;
        this.#settle({ error });
        return;
      }
    }
    if (this.#isComplete && !this.#isWorking) this.#settle();
  }

  #waitFor(work: Promise<void>): void {
    this.#isWorking = true;
    if (!this.#isComplete) this.connection.pause();
    work.then(
      () => {
        this.#isWorking = false;
        if (this.#failure) return;
        this.#work();
        if (!this.#isWorking && !this.#isComplete) this.connection.resume();
      },
      (error) => this.#settle({ error }),
    );
  }

  #settle(failure?: { error: unknown }): void {
    const end = this.#end;
    this.#end = undefined;
    if (failure) end?.reject(failure.error);
    else end?.resolve();
  }
}
