import pino from "pino";
import { env } from "./env";

// Both bundles of the process write to the same place through the same logger.
const shared = globalThis as { atelierLog?: pino.Logger };

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
    const value = Reflect.get(shared.atelierLog, key);
    return typeof value === "function" ? value.bind(shared.atelierLog) : value;
  },
});

/** What of an error is logged. A database error's detail repeats the row's values, so it is left out, as are a query's parameters. */
function describeError(error: Error & { code?: string; cause?: unknown }, depth = 0): Record<string, unknown> {
  if (!(error instanceof Error)) return { thrown: typeof error };
  return {
    type: error.name,
    message: error.message.replace(/\nparams:[\s\S]*/, ""),
    ...(error.code ? { code: error.code } : {}),
    stack: error.stack?.replace(/\nparams:[^\n]*/, ""),
    ...(error.cause && depth < 4 ? { cause: describeError(error.cause as Error, depth + 1) } : {}),
  };
}

/**
 * Sends what libraries print with `console.error` and `console.warn` through the log, so that all of it is JSON lines:
 * Next prints the error of a page that failed as text over several lines.
 */
export function logConsole(
  target: Pick<Console, "error" | "warn"> = console,
  to: Pick<pino.Logger, "error" | "warn"> = log,
): void {
  for (const level of ["error", "warn"] as const)
    target[level] = (...said: unknown[]) => {
      const err = said.find((part) => part instanceof Error);
      const text = said
        .filter((part) => typeof part === "string")
        .join(" ")
        .trim();
      to[level](err ? { err } : {}, text || "printed by a library");
    };
}
