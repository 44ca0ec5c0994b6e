import { checkPooler, PoolerError } from "@/db/pooler";
import { checkPepper, PepperError } from "@/server/keys/pepper/check";
import { log } from "@/server/platform/log";

/**
 * Checks at start-up for faults of the database that users would meet later: a pooler that loses prepared statements,
 * or another pepper. A database that does not respond now does not stop the start: the instance is not ready until it
 * does.
 *
 * @throws PoolerError, PepperError
 */
export async function checkDatabase(): Promise<void> {
  try {
    await checkPooler();
    await checkPepper();
  } catch (error) {
    if (error instanceof PoolerError || error instanceof PepperError) throw error;
    log.warn({ err: error }, "the database could not be checked");
  }
}
