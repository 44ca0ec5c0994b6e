import type { ServerResponse } from "node:http";
import { Refusal } from "@/server/api/refusals";
import { isDatabaseDown } from "@/server/api/trpc";
import { log } from "@/server/platform/log";

const checkEveryMs = 1_000;
/** A response also ends when the permission could not be checked for this long. */
const trustMs = 3_000;

/**
 * Cuts a response off within two seconds when `check` refuses, within five when it fails for another reason. Returns
 * the function that ends the watch.
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
