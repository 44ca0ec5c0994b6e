import type postgres from "postgres";
import { changedMark, errorType, type Span, tracer } from "@/server/platform/tracing/tracing";

/** The fields of a postgres.js query that show what it is and its progress. */
type Query = Promise<unknown> & {
  strings: readonly string[];
  handle(): unknown;
  resolve(result: unknown): void;
  reject(error: unknown): void;
};

type Result = { command?: string; count?: number };

/**
 * Returns the same client, whose statements become spans of the request or job that runs them. A span has the kind of
 * statement, the table and the number of rows, but never its text or a value.
 */
export function traceStatements(pool: postgres.Sql): postgres.Sql {
  return new Proxy(pool, {
    apply: (target, self, args) => noted(Reflect.apply(target, self, args)),
    get(target, key) {
      if (key === "begin") {
        const begin = target.begin as (options: string, run: Run) => Promise<unknown>;
        return (options: string, run: Run) => begin(options, (tx) => run(traceTransaction(tx)));
      }
      return key === "unsafe" ? noting(target.unsafe) : Reflect.get(target, key);
    },
  });
}

type Run = (tx: postgres.TransactionSql) => Promise<unknown>;

function traceTransaction(tx: postgres.TransactionSql): postgres.TransactionSql {
  return new Proxy(tx, {
    apply: (target, self, args) => noted(Reflect.apply(target, self, args)),
    get(target, key) {
      const value = Reflect.get(target, key);
      if (key === "unsafe") return noting(value);
      if (key !== "savepoint") return value;
      return (...args: unknown[]) => {
        const run = args.at(-1);
        if (typeof run === "function")
          args[args.length - 1] = (inner: postgres.TransactionSql) => run(traceTransaction(inner));
        return Reflect.apply(value, target, args);
      };
    },
  });
}

const noting =
  (unsafe: postgres.Sql["unsafe"]): postgres.Sql["unsafe"] =>
  (...args) =>
    noted(unsafe(...args));

/**
 * Returns a statement that becomes a span when it is sent; any other value, such as a quoted name, is returned
 * unchanged.
 */
function noted<T>(made: T): T {
  const to = tracer();
  if (!to?.isWithin || !(made instanceof Promise)) return made;
  const query = made as unknown as Query;
  const { handle, resolve, reject } = query;
  let span: Span | undefined;
  query.handle = function (this: Query) {
    const name = summaryOf(query.strings);
    span ??= to.begin("client", name, { "db.system.name": "postgresql", "db.query.summary": name });
    return handle.call(this);
  };
  query.resolve = (result) => {
    const { command, count = 0 } = (result ?? {}) as Result;
    span?.set({
      "db.response.returned_rows": count,
      ...(count > 0 && command !== "SELECT" && { [changedMark]: true }),
    });
    span?.end();
    resolve(result);
  };
  query.reject = (error) => {
    span?.fail(errorType(error));
    span?.end();
    reject(error);
  };
  return made;
}

const summaries = new Map<string, string>();
const mostSummaries = 2_000;
const longestKept = 8_000;

/** Returns the kind of a statement and its table, such as "UPDATE api_keys". */
export function summaryOf(strings: readonly string[]): string {
  const text = strings.length === 1 ? (strings[0] ?? "") : strings.join("$");
  const known = summaries.get(text);
  if (known) return known;
  const [, verb = ""] = /^\s*([a-z]+)/i.exec(text) ?? [];
  const [, table] =
    // Excludes "extract(epoch from …)" and "is distinct from …".
    /(?<!\bextract\(\w+\s|\bdistinct\s)\b(?:from|into|update|call|table)\s+(?:only\s+)?"?([a-z_]\w{0,62})/i.exec(
      text,
    ) ??
    /^\s*select\s+"?([a-z_]\w{0,62})"?\s*\(/i.exec(text) ??
    [];
  const summary = [verb.toUpperCase(), table].filter(Boolean).join(" ");
  if (text.length <= longestKept && summaries.size < mostSummaries) summaries.set(text, summary);
  return summary;
}
