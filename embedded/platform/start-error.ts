/** An embedded service cannot start for a reason that a person can act on. The message says it; a stack would hide it. */
export class StartError extends Error {
  override readonly name = "StartError";
}
