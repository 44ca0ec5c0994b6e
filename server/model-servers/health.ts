import { type Job, repeat } from "@/server/platform/background";
import { log } from "@/server/platform/log";
import { wasUsedWithin } from "./catalogue";
import { instanceServers } from "./registry";

const everyMs = 5_000;
/** Without a request for this long no server is checked. */
const idleAfterMs = 60_000;

/**
 * Asks the model servers for their lists again and again while there are requests, so that what they offer is known
 * before it is needed, and one that is down is known to be before a request finds out.
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
