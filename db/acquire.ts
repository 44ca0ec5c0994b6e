import type postgres from "postgres";
import { poolExhausted, poolWaitSeconds } from "@/server/platform/metrics";

/** No connection of the pool became free in time. The statement was not run and will not be. */
export class PoolExhausted extends Error {
  override readonly name = "PoolExhausted";
  readonly code = "POOL_EXHAUSTED";
  constructor() {
    super("no connection came free in time");
    poolExhausted.inc();
  }
}

/** The fields of a postgres.js query that show its progress. `state` is null until a connection has taken it. */
type Query = Promise<unknown> & {
  strings: string[];
  args: unknown[];
  tagged: boolean;
  state: unknown;
  handle(): unknown;
  resolve(result: unknown): void;
  reject(error: unknown): void;
};

/**
 * Limits how long the client's statements and transactions wait for a connection. postgres.js has no such limit, so a
 * caller could wait behind slow work of others for any time.
 *
 * @param patienceMs how long to wait for a connection, not for the answer
 */
export function limitAcquisition(pool: postgres.Sql, patienceMs: number): postgres.Sql {
  const begin = (characteristics: string, run: (tx: postgres.TransactionSql) => Promise<unknown>) =>
    new Promise((resolve, reject) => {
      let hasGivenUp = false;
      const endWait = poolWaitSeconds.startTimer();
      const timer = setTimeout(() => {
        hasGivenUp = true;
        reject(new PoolExhausted());
      }, patienceMs);
      pool
        .begin(characteristics, (tx) => {
          clearTimeout(timer);
          endWait();
          // The caller was answered with an error already, so this late transaction must do nothing.
          if (hasGivenUp) throw new PoolExhausted();
          return run(tx);
        })
        .finally(() => clearTimeout(timer))
        .then(resolve, reject);
    });
  return new Proxy(pool, {
    apply: (target, self, args) => limited(Reflect.apply(target, self, args), patienceMs),
    get(target, key) {
      if (key === "begin") return begin;
      if (key === "unsafe")
        return (...args: Parameters<postgres.Sql["unsafe"]>) => limited(target.unsafe(...args), patienceMs);
      return Reflect.get(target, key);
    },
  });
}

/** Returns a query with the limit; any other value, such as a quoted name, is returned unchanged. */
function limited<T>(made: T, patienceMs: number): T {
  if (!(made instanceof Promise)) return made;
  const query = made as unknown as Query;
  const { handle, resolve, reject } = query;
  let timer: NodeJS.Timeout | undefined;
  query.handle = function (this: Query) {
    timer ??= setTimeout(giveUp, patienceMs);
    return handle.call(this);
  };
  query.resolve = (result) => {
    clearTimeout(timer);
    resolve(result);
  };
  query.reject = (error) => {
    clearTimeout(timer);
    reject(error);
  };
  const giveUp = () => {
    // A connection has taken it; from here on the server's own time limits apply.
    if (query.state !== null) return;
    // It cannot be removed from the queue without losing the connection that is being opened for it. So its text is
    // replaced by one that does nothing.
    Object.assign(query, { strings: ["select"], args: [], tagged: false });
    query.reject(new PoolExhausted());
  };
  return made;
}
