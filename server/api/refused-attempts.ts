import { log } from "@/server/platform/log";
import type { Context, RefusedAttempt } from "./context";
import { Refusal } from "./refusals";

/**
 * Records that a member attempted a change which their role does not allow, after the transaction of the attempt was
 * rolled back. The caller gets the refusal even if the recording fails.
 */
export async function noteRefused(recordRefused: Context["recordRefused"], attempt: RefusedAttempt): Promise<void> {
  await recordRefused(attempt).catch((error) =>
    log.error({ err: error, requestId: attempt.origin.requestId }, "a refused attempt could not be remembered"),
  );
}

/** Checks whether an error is a refusal because of the member's role. */
export function isNotPermitted(error: unknown): boolean {
  const cause = (error as { cause?: unknown } | null)?.cause;
  return cause instanceof Refusal && cause.reason === "not_permitted";
}
