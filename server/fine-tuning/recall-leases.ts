import { Refusal } from "@/server/api/refusals";
import { recallLeases } from "@/server/usage/metering";

/** The pauses before each retry in milliseconds; together as long as a request of the gateway waits. */
const pausesMs = [30, 50, 70];

/**
 * Runs a transaction that reserves the cost of a training. If only leases and requests under way leave no room,
 * instances are asked to return unused leases and the transaction is retried: at most three times, within 150 ms.
 * Refuses like `run`.
 */
export async function whileRecallingLeases<T>(workspaceId: string, run: () => Promise<T>): Promise<T> {
  for (const pauseMs of pausesMs) {
    try {
      return await run();
    } catch (error) {
      const refusal = error instanceof Error && error.cause instanceof Refusal ? error.cause : error;
      if (!(refusal instanceof Refusal) || refusal.reason !== "spend_under_way") throw error;
      await recallLeases(workspaceId);
      await new Promise((resolve) => setTimeout(resolve, pauseMs));
    }
  }
  return run();
}
