import type { IncomingMessage, ServerResponse } from "node:http";
import { ModelServerDown } from "@/server/model-servers/catalogue";
import { log } from "@/server/platform/log";
import { failures } from "./answer-error";
import { type ApiError, Refusal, unavailable } from "./errors";

/** Returns the answer to whatever was thrown; undefined: the client is gone. */
export function errorFor(error: unknown, incoming: IncomingMessage, outgoing: ServerResponse): ApiError | undefined {
  if (error instanceof Refusal) return error.error;
  if (error instanceof ModelServerDown) return failures.down;
  // A client that went away while it was sending.
  if (outgoing.destroyed || (incoming.destroyed && !incoming.complete)) return undefined;
  log.error({ err: error }, "a /v1 request failed");
  return unavailable;
}
