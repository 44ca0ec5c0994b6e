import type pino from "pino";
import { log, withoutAddresses } from "./log";

/**
 * Redirects `console.error` and `console.warn` of libraries to the log, so that all output is JSON lines. Next, for
 * example, prints the error of a failed page as text over several lines.
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
