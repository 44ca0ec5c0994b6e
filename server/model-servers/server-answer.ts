import type { IncomingHttpHeaders } from "node:http";

type Take = (piece: Buffer) => Promise<void> | undefined;
/** What an answer comes on. While it is paused, the server is not waited for. */
type Connection = { pause(): void; resume(): void; abort(reason: Error): void };

/** An answer is not wanted any more. */
class NotWanted extends Error {
  override readonly name = "NotWanted";
}

/**
 * The answer of a model server, from its headers on. Its body is read once, as it comes. While a piece is worked on, nothing more of it is
 * taken from the connection.
 */
export class ServerAnswer {
  #take: Take | undefined;
  #end: { resolve: () => void; reject: (error: unknown) => void } | undefined;
  /** What came before there was a reader, or while one was at work. */
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
   * Reads the body. Resolves at its end, or once `stop` was called.
   *
   * @throws (rejects) what `take` throws; what it was aborted with; and when the connection ends before the body
   */
  read(take: Take): Promise<void> {
    return new Promise((resolve, reject) => {
      if (this.#failure) return reject(this.#failure.error);
      this.#take = take;
      this.#end = { resolve, reject };
      this.#work();
    });
  }

  /** Ends the reading: everything that was wanted has come. The rest may come for so many milliseconds, so that the connection can be used again. */
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

  /** The connection has the next piece of the body. */
  push(piece: Buffer): void {
    this.#waiting.push(piece);
    if (this.#take === undefined || this.#isWorking) this.connection.pause();
    else this.#work();
  }

  /** The connection has the end of the body. */
  complete(): void {
    this.#isComplete = true;
    clearTimeout(this.#drainTimer);
    if (this.#take && !this.#isWorking) this.#settle();
  }

  /** The connection has ended before the body has. */
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
