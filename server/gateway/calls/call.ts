import type { ServerResponse } from "node:http";
import { env } from "@/server/platform/env";
import { type ApiError, invalidKey, unavailable } from "../errors/errors";

/** Why a call was ended from here. */
type Cause = "client" | "total" | "key" | "person" | "model" | "unchecked" | "stop";

/**
 * Watches whether the caller still has permission, and calls `end` when not: the key or the person has lost it, the model
 * is no longer for them, or it cannot be checked. Returns a function that ends the watch.
 */
export type WatchAccess = (end: (cause: Exclude<Cause, "client" | "total" | "stop">) => void) => () => void;

/** A call that was ended from here: the client is gone, it has taken too long, or its key has ended. */
export class CallEnded extends Error {
  override readonly name = "CallEnded";
  constructor(readonly why: Cause) {
    super(`the call was ended: ${why}`);
  }
  /** Whether the caller's side is the reason: gone, or without the right to the answer any more. */
  get isOfCaller(): boolean {
    return this.why === "client" || this.why === "key" || this.why === "person" || this.why === "model";
  }
  /** What the client is told, should it still be there. */
  get error(): ApiError {
    if (this.why === "key") return invalidKey;
    if (this.why === "person") return noLongerAllowed;
    if (this.why === "model") return noLongerTheirs;
    if (this.why === "stop") return stopping;
    return this.why === "total" ? tookTooLong : unavailable;
  }
}

const tookTooLong: ApiError = {
  status: 504,
  message: "The model server took too long. Ask for less at once.",
  type: "server_error",
  code: "model_server_timeout",
  shouldRetry: false,
};

const stopping: ApiError = {
  status: 503,
  message: "This Atelier is being restarted. Try again in a moment.",
  type: "server_error",
  code: "restarting",
};

const noLongerAllowed: ApiError = {
  status: 403,
  message: "You may no longer use this workspace's models.",
  type: "permission_error",
  code: "not_permitted",
};

const noLongerTheirs: ApiError = {
  status: 404,
  message: "The model is no longer there for this workspace.",
  type: "invalid_request_error",
  code: "model_not_found",
  param: "model",
};

/** Work that a model server does for a client, from the reservation on; its signal is ours alone. */
export type Call = { signal: AbortSignal; isClientGone(): boolean; close(): void };

const underWay = new Set<(cause: Cause) => void>();
let isStopping = false;

/**
 * Ends every call under way, and each that would still begin, before the process stops: a stream ends with an event that says so, and is
 * charged as far as it came; an answer that had not begun costs nothing.
 */
export function endCalls(): void {
  isStopping = true;
  for (const end of [...underWay]) end("stop");
}

/**
 * Begins a call. Its signal aborts with a `CallEnded` when the client goes away, when the total time is over, and
 * when one of `watches` says so. Must be closed.
 */
export function beginCall(outgoing: ServerResponse, ...watches: WatchAccess[]): Call {
  const controller = new AbortController();
  const end = (cause: Cause) => controller.abort(new CallEnded(cause));
  const onClose = () => end("client");
  const timer = setTimeout(end, env().UPSTREAM_TOTAL_MS, "total");
  const unwatch = watches.map((watch) => watch(end));
  outgoing.once("close", onClose);
  underWay.add(end);
  if (outgoing.destroyed) onClose();
  if (isStopping) end("stop");
  return {
    signal: controller.signal,
    isClientGone: () => outgoing.destroyed,
    close() {
      underWay.delete(end);
      clearTimeout(timer);
      for (const stop of unwatch) stop();
      outgoing.off("close", onClose);
    },
  };
}
