import type postgres from "postgres";
import { poolExhausted, poolWaitSeconds } from "@/server/platform/metrics";

/** No connection of the pool came free in time. Nothing was run, and nothing will be. */
export class PoolExhausted extends Error {
  override readonly name = "PoolExhausted";
  readonly code = "POOL_EXHAUSTED";
  constructor() {
    super("no connection came free in time");
    poolExhausted.inc();
  }
}

/** The parts of a query of postgres.js that say how far it is. `state` is null until a connection has it. */
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
 * Limits how long the client's statements and transactions wait for a connection: postgres.js has no such limit, and a caller
 * behind others' slow work would wait for all of it.
 *
 * @param patienceMs for a connection, not for the answer
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
          // It begins too late, and ends as it began.
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

/** Returns a query with the limit on it; what is no query, such as a name to be quoted, as it is. */
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
    // A connection has it: the server's own time limits hold from there on.
    if (query.state !== null) return;
    // It cannot be taken out of the queue without losing the connection that is being opened for it, so it asks nothing.
    Object.assign(query, { strings: ["select"], args: [], tagged: false });
    query.reject(new PoolExhausted());
  };
  return made;
}
