import { type Job, repeat } from "@/server/platform/background";
import { log } from "@/server/platform/log";
import { wasUsedWithin } from "./catalogue";
import { instanceServers } from "./registry";

const everyMs = 5_000;
/** Without a request for this time, no server is checked. */
const idleAfterMs = 60_000;

/**
 * Starts the job that refreshes the lists of the model servers while there are requests. So lists are known before they
 * are needed, and an unreachable server is noticed before a request fails.
 */
export function watchModelServers(): Job {
  return repeat(
    "model servers: look",
    everyMs,
    async () => {
      if (wasUsedWithin(idleAfterMs)) await Promise.all(instanceServers().map((server) => server.refresh()));
    },
    (error) => log.warn({ err: error }, "the model servers could not be watched"),
  );
}
