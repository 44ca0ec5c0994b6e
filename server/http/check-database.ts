import { checkPooler, PoolerError } from "@/db/pooler";
import { checkPepper, PepperError } from "@/server/keys/pepper/check";
import { log } from "@/server/platform/log";

/**
 * Checks what a start can find wrong with the database before a user does: a pooler that forgets statements, another pepper.
 * A database that does not answer just now is no reason to stop: the instance is not ready until it does.
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
