import type { ServerResponse } from "node:http";
import { Refusal } from "@/server/api/refusals";
import { isDatabaseDown } from "@/server/api/trpc";
import { log } from "@/server/platform/log";

const checkEveryMs = 1_000;
/** An answer whose right could not be checked for this long ends as well. */
const trustMs = 3_000;

/**
 * Breaks an answer off within two seconds when `check` refuses, within five when it fails for another cause. Returns what
 * ends the watch.
 */
export function watchRight(check: () => Promise<void>, response: ServerResponse): () => void {
  let seen = performance.now();
  let isAsking = false;
  const timer = setInterval(() => {
    if (performance.now() - seen > trustMs) response.destroy();
    if (isAsking) return;
    isAsking = true;
    const asked = performance.now();
    check()
      .then(
        () => {
          seen = asked;
        },
        (error) => {
          const isRefused = (error as { cause?: unknown }).cause instanceof Refusal && !isDatabaseDown(error);
          if (isRefused) response.destroy();
          else log.warn({ err: error }, "a person's permission to download a file could not be checked");
        },
      )
      .finally(() => {
        isAsking = false;
      });
  }, checkEveryMs);
  return () => clearInterval(timer);
}
