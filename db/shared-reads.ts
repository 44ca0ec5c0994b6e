import { type Db, type Scope, transaction } from "./client";

type Open<Prepared> = { ready: Promise<{ db: Db; prepared: Prepared }>; inside: number; leave(): void };

/**
 * Runs the reads of one page in one shared transaction. It begins with the first read and ends when no read is
 * running and none followed within a turn of the event loop. A later read begins another transaction.
 */
export class SharedReads {
  readonly #open = new Map<string, Open<never>>();

  /**
   * Runs `run` in the shared transaction with this `key`.
   *
   * @param key identifies the scope: callers with the same key pass the same `scope` and the same `prepare`
   * @param prepare runs once, before the first `run`; when it throws, every call that joined throws the same error
   * @param mode the server to read at
   */
  async join<Prepared, T>(
    key: string,
    scope: Scope,
    prepare: (db: Db) => Promise<Prepared>,
    run: (db: Db, prepared: Prepared) => Promise<T>,
    mode: "read" | "standby" = "read",
  ): Promise<T> {
    const open = (this.#open.get(key) as Open<Prepared> | undefined) ?? this.#begin(key, scope, prepare, mode);
    open.inside += 1;
    try {
      const { db, prepared } = await open.ready;
      return await run(db, prepared);
    } finally {
      open.inside -= 1;
      if (open.inside === 0) setImmediate(open.leave);
    }
  }

  #begin<Prepared>(
    key: string,
    scope: Scope,
    prepare: (db: Db) => Promise<Prepared>,
    mode: "read" | "standby",
  ): Open<Prepared> {
    let end = () => {};
    const ended = new Promise<void>((resolve) => {
      end = resolve;
    });
    const ready = new Promise<{ db: Db; prepared: Prepared }>((resolve, reject) => {
      transaction(mode, scope, async (db) => {
        resolve({ db, prepared: await prepare(db) });
        await ended;
      }).catch(reject);
    });
    const open: Open<Prepared> = {
      ready,
      inside: 0,
      leave: () => {
        if (open.inside > 0) return;
        if (this.#open.get(key) === (open as unknown)) this.#open.delete(key);
        end();
      },
    };
    this.#open.set(key, open as unknown as Open<never>);
    return open;
  }
}
