/**
 * Thrown when an embedded service cannot start for a reason that a person can solve. The message names it and is shown
 * without a stack.
 */
export class StartError extends Error {
  override readonly name = "StartError";
}
