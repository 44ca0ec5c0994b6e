import type { Db } from "@/db/client";
import type { Limit } from "@/server/platform/throttling/limits";
import { take } from "@/server/platform/throttling/queries";
import { refuseUntil } from "./refusals";

/**
 * Takes from a limit or refuses with `too_many`. Inside a procedure's transaction what is taken comes back when the
 * procedure is refused for another reason: only what happened counts.
 */
export async function charge(db: Db, limit: Limit, whom: string, cost = 1): Promise<void> {
  const seconds = await take(db, limit, whom, cost);
  if (seconds > 0) throw refuseUntil(seconds);
}
