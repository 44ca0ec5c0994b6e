import pino from "pino";
import { env } from "./env";

// Both bundles of the process use one logger.
const shared = globalThis as { atelierLog?: pino.Logger };

/** A cache of the logger's bound methods, because a line is written for every request. */
const methods = new WeakMap<object, object>();

/**
 * The process's log: JSON lines on standard error. No line contains a token, a key, a cookie, an e-mail address or a
 * query string. Callers name each field that they log, and never pass a whole request or input.
 */
export const log: pino.Logger = new Proxy({} as pino.Logger, {
  get: (_, key) => {
    shared.atelierLog ??= pino(
      { level: env().LOG_LEVEL, base: null, serializers: { err: describeError } },
      // Lines are buffered for at most a tenth of a second, and flushed at every kind of exit.
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

/** The fields that are logged of a cause that is not an `Error`. */
const said = ["provider", "providerId", "error", "error_description", "status", "claim", "attribute", "reason"];

/**
 * Returns the loggable part of an error. The detail of a database error repeats values of the row, so it is left out,
 * and so are the parameters of a query. A cause may be any object, such as Auth.js's `{ err, provider }`: its error is
 * described, and of the other fields only those in `said`.
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

/**
 * Replaces e-mail addresses: a provider's error may name the person whom it refuses, and the log must not contain
 * addresses.
 */
export function withoutAddresses(text: string): string {
  return text.replace(/[^\s'"<>()@/:]+@[^\s'"<>()@/:]+\.[^\s'"<>()@/:]+/g, "…@…");
}
