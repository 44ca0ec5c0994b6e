import type pino from "pino";
import { log, withoutAddresses } from "./log";

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
      const text = said.filter((part) => typeof part === "string").join(" ");
      to[level](err ? { err } : {}, withoutAddresses(text.trim()) || "printed by a library");
    };
}
