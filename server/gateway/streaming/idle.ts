import type { IncomingMessage } from "node:http";
import { NoAnswer } from "@/server/model-servers/servers";
import { env } from "@/server/platform/env";

/**
 * Ends an answer that stops coming: its first byte has as long as an answer may take to begin, every further one as long
 * as it may pause. Returns what is called for every byte that comes, what holds the watch while the client is waited for,
 * and what ends it.
 *
 * @param askedAt when the server was asked, as of `performance.now()`: its headers and its first byte have one time together
 */
export function watchIdle(response: IncomingMessage, askedAt: number) {
  const { UPSTREAM_FIRST_BYTE_MS, UPSTREAM_IDLE_MS } = env();
  const start = (ms: number) => setTimeout(() => response.destroy(new NoAnswer("slow")), ms);
  let timer: NodeJS.Timeout | undefined = start(Math.max(1, UPSTREAM_FIRST_BYTE_MS - (performance.now() - askedAt)));
  let hasBegun = false;
  return {
    noteByte() {
      if (hasBegun && timer) return void timer.refresh();
      hasBegun = true;
      clearTimeout(timer);
      timer = start(UPSTREAM_IDLE_MS);
    },
    hold() {
      clearTimeout(timer);
      timer = undefined;
    },
    end() {
      clearTimeout(timer);
    },
  };
}
