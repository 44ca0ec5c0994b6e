import type { ServerResponse } from "node:http";
import type { Endable } from "@/server/model-servers/post";
import { env } from "@/server/platform/env";
import { InFlight } from "@/server/platform/in-flight";
import { type ApiError, invalidKey, unavailable } from "../errors/errors";

/** Why Atelier ended a call. */
type Cause = "client" | "total" | "key" | "person" | "model" | "unchecked" | "stop";

/**
 * Watches whether the caller still has permission, and calls `end` when not: the key or the person has lost it, the
 * model is no longer for them, or it cannot be checked. Returns a function that ends the watch.
 */
export type WatchAccess = (end: (cause: Exclude<Cause, "client" | "total">) => void) => () => void;

/** Thrown when Atelier ended a call: the client is gone, the call took too long, or its key has ended, for example. */
export class CallEnded extends Error {
  override readonly name = "CallEnded";
  constructor(readonly why: Cause) {
    super(`the call was ended: ${why}`);
  }
  /** Whether the caller is the reason: gone, or no longer allowed to have the answer. */
  get isOfCaller(): boolean {
    return this.why === "client" || this.why === "key" || this.why === "person" || this.why === "model";
  }
  /** The error for the client, if it is still there. */
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

const underWay = new InFlight<Call>();
let isStopping = false;

/**
 * Ends every call under way, and every call that begins later, before the process stops. A stream ends with an event
 * that says so and is charged as far as it came; an answer that had not begun costs nothing.
 */
export function endCalls(): void {
  isStopping = true;
  for (const call of underWay) call.end("stop");
}

/**
 * The work of a model server for a client, from the reservation on. It ends when the client goes away, when the total
 * time is over, or when one of `watches` says so. The caller must close it.
 */
export class Call implements Endable {
  onEnd: ((reason: Error) => void) | undefined;
  #reason: CallEnded | undefined;
  readonly #place;
  readonly #timer: NodeJS.Timeout;
  readonly #unwatch: (() => void)[];
  #unwatchModel = () => {};
  readonly #onClose = () => this.end("client");

  constructor(
    private readonly outgoing: ServerResponse,
    readonly workspaceId: string,
    ...watches: WatchAccess[]
  ) {
    const end = (cause: Cause) => this.end(cause);
    this.#timer = setTimeout(end, env().UPSTREAM_TOTAL_MS, "total");
    this.#unwatch = watches.map((watch) => watch(end));
    outgoing.once("close", this.#onClose);
    this.#place = underWay.add(this);
    if (outgoing.destroyed) this.end("client");
    if (isStopping) this.end("stop");
  }

  get isClientGone(): boolean {
    return this.outgoing.destroyed;
  }

  /** Watches the model that is asked now, in place of the one before. */
  watchModel(watch: WatchAccess): void {
    this.#unwatchModel();
    this.#unwatchModel = watch((cause) => this.end(cause));
  }

  /** @throws CallEnded once the call has ended */
  throwIfEnded(): void {
    if (this.#reason) throw this.#reason;
  }

  /** Ends the call. Only the first cause counts. */
  end(cause: Cause): void {
    if (this.#reason) return;
    this.#reason = new CallEnded(cause);
    this.onEnd?.(this.#reason);
  }

  close(): void {
    underWay.remove(this.#place);
    clearTimeout(this.#timer);
    for (const stop of this.#unwatch) stop();
    this.#unwatchModel();
    this.outgoing.off("close", this.#onClose);
  }
}
