import { Refusal } from "@/server/api/refusals";
import { isDatabaseDown, refusalOf } from "@/server/api/trpc";
import { log } from "@/server/platform/log";

const retryAfterOf = ({ cause }: { cause?: unknown }): Record<string, string> =>
  cause instanceof Refusal && cause.retryAfterSeconds ? { "Retry-After": String(cause.retryAfterSeconds) } : {};

/** Answers a script with the result of `work`, or with the message and the status of its refusal. */
export async function answering(work: () => Promise<unknown>): Promise<Response> {
  try {
    return Response.json((await work()) ?? {});
  } catch (error) {
    const refusal = refusalOf(error as Error);
    const status = isDatabaseDown(error) ? 503 : refusal.reason === "too_many" ? 429 : 403;
    if (refusal.reason === "bug") log.error({ err: error }, "a passkey could not be asked for");
    return Response.json(
      { reason: refusal.reason, message: refusal.message },
      { status: refusal.reason === "bug" ? 500 : status, headers: retryAfterOf(error as Error) },
    );
  }
}
