import { isDatabaseDown, refusalOf } from "@/server/api/trpc";
import { log } from "@/server/platform/log";

/** Answers a script with what `work` gives, or with the sentence of its refusal and its status. */
export async function answering(work: () => Promise<unknown>): Promise<Response> {
  try {
    return Response.json((await work()) ?? {});
  } catch (error) {
    const refusal = refusalOf(error as Error);
    const status = isDatabaseDown(error) ? 503 : refusal.reason === "too_many" ? 429 : 403;
    if (refusal.reason === "bug") log.error({ err: error }, "a passkey could not be asked for");
    return Response.json(
      { reason: refusal.reason, message: refusal.message },
      { status: refusal.reason === "bug" ? 500 : status },
    );
  }
}
