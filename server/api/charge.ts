import type { Db } from "@/db/client";
import type { Limit } from "@/server/platform/throttling/limits";
import { take } from "@/server/platform/throttling/queries";
import { refuseUntil } from "./refusals";

/**
 * Counts one action against a limit on how often it may be done, or refuses with `too_many`. Inside a procedure's
 * transaction the count is rolled back when the procedure is refused for another reason: only actions that were done
 * count.
 */
export async function charge(db: Db, limit: Limit, whom: string, cost = 1): Promise<void> {
  const seconds = await take(db, limit, whom, cost);
  if (seconds > 0) throw refuseUntil(seconds);
}
