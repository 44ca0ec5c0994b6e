import pino from "pino";
import { env } from "./env";

// Both bundles of the process write to the same place through the same logger.
const shared = globalThis as { atelierLog?: pino.Logger };

/** The logger's methods, bound to it: a line is written for every request. */
const methods = new WeakMap<object, object>();

/**
 * The process's log: JSON lines on standard error. No line carries a token, a key, a cookie, an address or a query
 * string: what is logged is named, never a request or an input as a whole.
 */
export const log: pino.Logger = new Proxy({} as pino.Logger, {
  get: (_, key) => {
    shared.atelierLog ??= pino(
      { level: env().LOG_LEVEL, base: null, serializers: { err: describeError } },
      // Lines are gathered for a tenth of a second at most, and written when the process ends however it does.
      pino.destination({ dest: 2, sync: false, minLength: 16_000, periodicFlush: 100 }),
    );
    const value: unknown = Reflect.get(shared.atelierLog, key);
    if (typeof value !== "function") return value;
    let method = methods.get(value);
    if (!method) {
      method = value.bind(shared.atelierLog) as object;
      methods.set(value, method);
    }
    return method;
  },
});

/** What may be said of a cause that is no error: what it is about, and never what it holds. */
const said = ["provider", "providerId", "error", "error_description", "status", "claim", "attribute", "reason"];

/**
 * Returns what of an error is logged. A database error's detail repeats the row's values, so it is left out, as are a query's
 * parameters. A cause may be any object, such as Auth.js's `{ err, provider }`: its error is described, and of the rest
 * only what `said` lists.
 */
export function describeError(error: unknown, depth = 0): Record<string, unknown> {
  if (!(error instanceof Error)) return describeObject(error, depth);
  const { code } = error as { code?: unknown };
  return {
    type: error.name,
    message: withoutAddresses(error.message.replace(/\nparams:[\s\S]*/, "")),
    ...(code ? { code } : {}),
    ...pick(error, ["error", "error_description", "status"]),
    stack: error.stack && withoutAddresses(error.stack.replace(/\nparams:[^\n]*/, "")),
    ...(error.cause && depth < 5 ? { cause: describeError(error.cause, depth + 1) } : {}),
  };
}

function describeObject(thrown: unknown, depth: number): Record<string, unknown> {
  if (typeof thrown !== "object" || thrown === null) return { thrown: typeof thrown };
  if (thrown instanceof URLSearchParams) return { thrown: "parameters", ...pick(Object.fromEntries(thrown), said) };
  const { err } = thrown as { err?: unknown };
  return {
    thrown: "object",
    ...pick(thrown, said),
    ...(err instanceof Error && depth < 5 ? { err: describeError(err, depth + 1) } : {}),
  };
}

function pick(from: object, names: string[]): Record<string, string | number> {
  const found = names.flatMap((name): [string, string | number][] => {
    const value: unknown = Reflect.get(from, name);
    if (typeof value === "number") return [[name, value]];
    return typeof value === "string" ? [[name, withoutAddresses(value).slice(0, 500)]] : [];
  });
  return Object.fromEntries(found);
}

/** Providers say whom they refuse: an e-mail address is none of the log's business. */
export function withoutAddresses(text: string): string {
  return text.replace(/[^\s'"<>()@/:]+@[^\s'"<>()@/:]+\.[^\s'"<>()@/:]+/g, "…@…");
}
