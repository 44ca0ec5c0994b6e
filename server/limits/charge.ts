import type { Db } from "@/db/client";
import { refuseUntil } from "@/server/api/refusals";
import type { Limit } from "./limits";
import { take } from "./queries";

/**
 * Takes from a limit or refuses with `too_many`. Inside a procedure's transaction what is taken comes back when the
 * procedure is refused for another reason: only what happened counts.
 */
export async function charge(db: Db, limit: Limit, whom: string, cost = 1): Promise<void> {
  const seconds = await take(db, limit, whom, cost);
  if (seconds > 0) throw refuseUntil(seconds);
}
