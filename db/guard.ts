import type postgres from "postgres";

/** Thrown at a statement of a transaction whose connection is gone: it would have run inside another transaction. */
export class TransactionLost extends Error {
  readonly code = "TX_CONNECTION_LOST";
  override readonly name = "TransactionLost";
  constructor() {
    super("the transaction's connection was lost; nothing of it was kept");
  }
}

type Run = (tx: postgres.TransactionSql) => Promise<unknown>;
type Begin = (run: Run) => Promise<unknown>;

/**
 * Returns the same client with a safe `begin`. In postgres.js 3.4, when a backend dies while the callback of a
 * transaction is not inside a query, the callback goes on. Its next statement, or the final commit or rollback, is
 * then sent on the replacement connection, inside whatever transaction is open there
 * (https://github.com/porsager/postgres/issues/1216).
 *
 * Here a transaction is marked as lost as soon as it is rejected or one of its statements fails with a connection
 * error. It then refuses every further statement, and its callback never settles, so that no commit or rollback is
 * sent either. A transaction that had not begun when its connection died is begun again on another connection.
 *
 * @param characteristics text after BEGIN, for instance `read only`
 */
export function guardTransactions(pool: postgres.Sql, characteristics = ""): postgres.Sql {
  const attempt: Begin = (run) => {
    const loss = { isKnown: false };
    const outcome = pool.begin(characteristics, contained(run, loss));
    outcome.catch(() => {
      loss.isKnown = true;
    });
    return outcome;
  };
  const begin: Begin = (run) => {
    let hasBegun = false;
    const marked: Run = (tx) => {
      hasBegun = true;
      return run(tx);
    };
    return onLiveConnection(
      () => attempt(marked),
      () => !hasBegun,
    );
  };
  return new Proxy(pool, {
    get(target, key) {
      if (key === "begin") return begin;
      return key === "unsafe" ? prepared(target.unsafe) : Reflect.get(target, key);
    },
  });
}

type Unsafe = postgres.Sql["unsafe"];

/**
 * Sends drizzle's statements as prepared ones. Otherwise each takes two round trips, because postgres.js asks for the
 * types of parameters before it sends them, and is planned anew each time with all its policies. Two kinds are not
 * prepared: those with long lists of parameters, because each length would be another statement that every connection
 * keeps; and searches, because the best index depends on the search text.
 */
const prepared =
  (unsafe: Unsafe): Unsafe =>
  (text, parameters, options) =>
    // Drizzle itself asks for statements that are not prepared.
    unsafe(text, parameters, { ...options, prepare: mayBePrepared(text, parameters?.length ?? 0) });

const mayBePrepared = (text: string, parameters: number) => parameters <= mostPrepared && !text.includes(" ilike ");
const mostPrepared = 24;

/**
 * Calls `run` again when its connection turned out to be dead, at most once per connection. A connection can die
 * between two statements, and only the next statement notices.
 *
 * @param mayRunAgain asked after a failure; a read may always be repeated, a transaction only before it began
 */
export async function onLiveConnection<T>(run: () => Promise<T>, mayRunAgain = () => true): Promise<T> {
  for (let attempts = 1; ; attempts++) {
    try {
      return await run();
    } catch (error) {
      if (!isOfDeadConnection(error) || !mayRunAgain() || attempts === mostAttempts) throw error;
    }
  }
}

const mostAttempts = 4;

/** Checks whether an error means a dead connection. Drizzle wraps the errors of postgres.js. */
function isOfDeadConnection(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return ("code" in error && deadConnectionCodes.has(String(error.code))) || isOfDeadConnection(error.cause);
}
const deadConnectionCodes = new Set(["57P01", "57P02", "CONNECTION_CLOSED", "ECONNRESET", "EPIPE"]);

/**
 * Returns the callback of a transaction or savepoint so that it sends nothing after the connection was lost, not even
 * at its end.
 */
function contained(run: Run, loss: Loss): Run {
  return async (tx) => {
    try {
      const result = await run(refuseOnce(tx, loss));
      return loss.isKnown ? await never() : result;
    } catch (error) {
      if (loss.isKnown) await never();
      throw error;
    }
  };
}

type Loss = { isKnown: boolean };

function refuseOnce(tx: postgres.TransactionSql, loss: Loss): postgres.TransactionSql {
  const refuseIfLost = () => {
    if (loss.isKnown) throw new TransactionLost();
  };
  return new Proxy(tx, {
    apply(target, self, args) {
      refuseIfLost();
      return noticing(Reflect.apply(target, self, args), loss);
    },
    get(target, key) {
      const value = Reflect.get(target, key);
      if (typeof value !== "function") return value;
      if (key === "unsafe") {
        const unsafe = prepared(value.bind(target));
        return (...args: Parameters<Unsafe>) => {
          refuseIfLost();
          return noticing(unsafe(...args), loss);
        };
      }
      return (...args: unknown[]) => {
        refuseIfLost();
        const run = args.at(-1);
        if (key === "savepoint" && typeof run === "function") args[args.length - 1] = contained(run as Run, loss);
        return Reflect.apply(value, target, args);
      };
    },
  });
}

/**
 * Returns the query so that it marks its transaction as lost before it reports a lost connection. A socket reports an
 * error up to one turn of the event loop before it reports that it is closed, and the transaction itself only hears
 * of the latter.
 */
function noticing<T>(made: T, loss: Loss): T {
  // A quoted name is not a query.
  if (!(made instanceof Promise)) return made;
  const query = made as unknown as { reject(error: unknown): void };
  const { reject } = query;
  query.reject = (error) => {
    if (isOfDeadConnection(error)) loss.isKnown = true;
    reject(error);
  };
  return made;
}

const never = () => new Promise<never>(() => {});
