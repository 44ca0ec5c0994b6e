import type { ServerResponse } from "node:http";
import { env } from "@/server/env";
import { type ApiError, invalidKey, unavailable } from "./errors";
import { watchKey } from "./key-watch";

/** Why a call was ended from here. */
type Cause = "client" | "total" | "key" | "unchecked";

/** A call that was ended from here: the client is gone, it has taken too long, or its key has ended. */
export class CallEnded extends Error {
  override readonly name = "CallEnded";
  constructor(readonly why: Cause) {
    super(`the call was ended: ${why}`);
  }
  /** What the client is told, should it still be there. */
  get error(): ApiError {
    if (this.why === "key") return invalidKey;
    return this.why === "total" ? tookTooLong : unavailable;
  }
}

const tookTooLong: ApiError = {
  status: 504,
  message: "The model server took too long. Ask for less at once, or try again in a moment.",
  type: "server_error",
  code: "model_server_timeout",
};

/** Work that a model server does for a client, from the reservation on; its signal is ours alone. */
export type Call = { signal: AbortSignal; isClientGone(): boolean; close(): void };

/**
 * Begins a call. Its signal aborts with a `CallEnded` when the client goes away, when the total time is over, and
 * when the key ends. Must be closed.
 */
export function beginCall(outgoing: ServerResponse, keyId: string): Call {
  const controller = new AbortController();
  const end = (cause: Cause) => controller.abort(new CallEnded(cause));
  const onClose = () => end("client");
  const timer = setTimeout(end, env().UPSTREAM_TOTAL_MS, "total");
  const unwatch = watchKey(keyId, end);
  outgoing.once("close", onClose);
  if (outgoing.destroyed) onClose();
  return {
    signal: controller.signal,
    isClientGone: () => outgoing.destroyed,
    close() {
      clearTimeout(timer);
      unwatch();
      outgoing.off("close", onClose);
    },
  };
}
