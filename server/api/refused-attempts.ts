import { log } from "@/server/platform/log";
import type { Context, RefusedAttempt } from "./context";
import { Refusal } from "./refusals";

/**
 * Records a member's attempt to change what their role does not allow, once the attempt is rolled back. The answer is the
 * refusal, even if recording fails.
 */
export async function noteRefused(recordRefused: Context["recordRefused"], attempt: RefusedAttempt): Promise<void> {
  await recordRefused(attempt).catch((error) =>
    log.error({ err: error, requestId: attempt.origin.requestId }, "a refused attempt could not be remembered"),
  );
}

/** Checks whether a member was refused for their role. */
export function isNotPermitted(error: unknown): boolean {
  const cause = (error as { cause?: unknown } | null)?.cause;
  return cause instanceof Refusal && cause.reason === "not_permitted";
}
