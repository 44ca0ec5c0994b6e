import { Refusal } from "@/server/api/refusals";
import { recallLeases } from "@/server/usage/metering";

/** After how many milliseconds it is tried again; together as long as a request of the gateway waits. */
const pausesMs = [30, 50, 70];

/**
 * Runs a transaction that takes what a training may cost from limits. Where only what is under way or leased leaves no room, instances are
 * asked to give back what they do not use, and it is run again: at most three times, within 150 ms. Refuses what `run` refuses.
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
