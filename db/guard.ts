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
 * Returns the same client, with a `begin` that cannot leak. In postgres.js 3.4 a transaction's callback outlives a backend that
 * dies while the callback is not inside a query; its next statement, or the commit or rollback at its end, then goes
 * out on the replacement connection, inside whatever transaction is open there
 * (https://github.com/porsager/postgres/issues/1216). Here a transaction is lost as soon as it is rejected, or one of its
 * statements is told so: it refuses every further statement, and its callback never settles, so that nothing is sent at its
 * end either. A transaction that did not even begin, because its connection had died before, begins again on another.
 *
 * @param characteristics what follows BEGIN, for instance `read only`
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
 * Sends drizzle's statements as prepared ones, which take one round trip where others take two, since postgres.js asks for
 * the types of parameters before it sends them, and are planned once where others are planned each time, with all their
 * policies. Not so long lists of parameters, for each length would be a statement of its own that every connection
 * keeps; nor searches, for which index serves depends on what is searched for.
 */
const prepared =
  (unsafe: Unsafe): Unsafe =>
  (text, parameters, options) =>
    // Drizzle itself says that they are not to be.
    unsafe(text, parameters, { ...options, prepare: mayBePrepared(text, parameters?.length ?? 0) });

const mayBePrepared = (text: string, parameters: number) => parameters <= mostPrepared && !text.includes(" ilike ");
const mostPrepared = 24;

/**
 * Retries a repeatable call, once for each connection that turns out to have died before: a connection can die
 * between two statements, and only the next statement finds out.
 *
 * @param mayRunAgain asked after a failure: a read may always, a transaction only before it began
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

/** Checks whether an error is of a dead connection; Drizzle wraps what postgres.js throws. */
function isOfDeadConnection(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return ("code" in error && deadConnectionCodes.has(String(error.code))) || isOfDeadConnection(error.cause);
}
const deadConnectionCodes = new Set(["57P01", "57P02", "CONNECTION_CLOSED", "ECONNRESET", "EPIPE"]);

/** Returns a transaction's callback, or a savepoint's, that sends nothing after the connection was lost, at its end neither. */
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
 * Returns the query, which notes the loss of its connection before it reports it. A socket says that it is broken up to a turn of
 * the event loop before it says that it is closed, of which alone the transaction hears.
 */
function noticing<T>(made: T, loss: Loss): T {
  // A name to be quoted is none.
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
