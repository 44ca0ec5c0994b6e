import { Readable } from "node:stream";
import type { Dispatcher } from "undici";
import { env } from "@/server/platform/env";
import { guardedPool } from "@/server/platform/guarded-connections";
import { dispatcherFor } from "@/server/platform/outgoing";
import type { Interruptible, ModelServer } from "./client";
import { ServerAnswer } from "./server-answer";

/**
 * Thrown when there is no answer: `connect`: nothing could be sent; `stale`: an idle connection had already ended when
 * it was used again; `reset`: the connection ended after the request was sent; `slow`: the answer did not begin in
 * time, or stopped.
 */
export class NoAnswer extends Error {
  override readonly name = "NoAnswer";
  constructor(
    readonly kind: "connect" | "stale" | "reset" | "slow",
    options?: ErrorOptions,
  ) {
    super(`no answer from a model server: ${kind}`, options);
  }
}

/**
 * The request for a model server: of the client's request only the body, two headers, and a few others that belong to
 * the endpoint's protocol. `keyHeader` is the header for the server's key besides `authorization`.
 */
export type Sent = {
  path: string;
  accept: string;
  contentType: string;
  others?: Readonly<Record<string, string>> | undefined;
  keyHeader?: "x-api-key" | undefined;
  body: SentBody;
};

/**
 * A body in parts, or as a stream: then its length, if known, and a function that returns its pieces, which is called
 * once.
 */
export type SentBody = readonly Buffer[] | { length: number | undefined; pieces: () => AsyncIterable<Buffer> };

/**
 * A request that can be ended while a model server works on it. `onEnd` is called once, with the error that ends it.
 */
export type Endable = {
  /** The workspace of the request. It is ended when the server may not be used by this workspace any more. */
  readonly workspaceId: string;
  onEnd: ((reason: Error) => void) | undefined;
  throwIfEnded(): void;
};

/**
 * Up to this many bytes the parts of a body are joined: a stream of them costs more, and stays in memory after the
 * request (decision 096).
 */
const longestJoined = 256 * 1024;

/** Servers keep an idle connection for at least five seconds; we must close it first. */
const idleMs = 4_000;

/**
 * An idle connection that had already ended fails at once. If it fails later, the server was already working on the
 * request.
 */
const staleMs = 1_000;

type Target = { origin: string; path: string; dispatcher: Dispatcher; connections: { isNew: boolean } };
const targets = new WeakMap<ModelServer, Promise<Target>>();

/** Returns a model server's address and its pool of connections, through the environment's proxy if there is one. */
async function findTarget(server: ModelServer): Promise<Target> {
  const url = new URL(server.settings.url);
  const connections = { isNew: false };
  // A new connection gets its request right after this call.
  const onConnect = () => {
    connections.isNew = true;
  };
  const dispatcher = server.guard
    ? await guardedPool(url, server.guard, { idleMs }, onConnect)
    : await dispatcherFor(url, { idleMs }, onConnect);
  return { origin: url.origin, path: url.pathname.replace(/\/$/, ""), dispatcher, connections };
}

/**
 * Sends a POST request to a model server. `consume` is called with the answer as soon as its headers have arrived. Ends
 * when `call` ends, and when the connection fails, or the answer does not begin or go on in time.
 *
 * @throws NoAnswer while there is no answer; the error of `consume`; or the error with which the call ended
 */
export async function post<T>(
  server: ModelServer,
  sent: Sent,
  call: Endable,
  consume: (answer: ServerAnswer) => Promise<T>,
): Promise<T> {
  const found = targets.get(server) ?? findTarget(server);
  targets.set(server, found);
  const target = await found;
  call.throwIfEnded();
  return new Promise<T>((resolve, reject) => {
    const { key } = server.settings;
    const { body } = sent;
    const length = "pieces" in body ? body.length : body.reduce((sum, { length }) => sum + length, 0);
    const request = new UpstreamRequest(server, target, call, (answer) => resolve(consume(answer)), reject);
    target.dispatcher.dispatch(
      {
        method: "POST",
        origin: target.origin,
        path: pathAt(target.path, sent.path),
        headers: {
          "content-type": sent.contentType,
          accept: sent.accept,
          ...sent.others,
          ...(key && keyHeaders(key, sent.keyHeader, target.origin)),
          ...(length !== undefined && { "content-length": String(length) }),
        },
        body: bodyOf(body, length),
        ...{ headersTimeout: 0, bodyTimeout: 0 }, // This class has its own time limits.
      },
      request,
    );
  });
}

/** Returns the full path for a path below a server's address; one that begins with `../` is beside its `/v1`. */
function pathAt(base: string, path: string): string {
  return path.startsWith("../") ? base.replace(/\/v1$/, "") + path.slice(2) : base + path;
}

function bodyOf(body: SentBody, length = Number.POSITIVE_INFINITY): Buffer | Readable {
  if ("pieces" in body) return Readable.from(body.pieces(), { objectMode: false });
  const [first, ...others] = body;
  if (first && others.length === 0) return first;
  return length <= longestJoined ? Buffer.concat(body, length) : Readable.from(body, { objectMode: false });
}

/**
 * Returns the headers with the key: as a bearer token, which nearly all servers accept, and in the protocol's own
 * header if it has one. The protocol's maker gets only its own header.
 */
function keyHeaders(key: string, own: Sent["keyHeader"], origin: string): Record<string, string> {
  const isMakers = own !== undefined && /(^|\.)anthropic\.com$/.test(new URL(origin).hostname);
  return { ...(!isMakers && { authorization: `Bearer ${key}` }), ...(own && { [own]: key }) };
}

/**
 * A request to a model server. It has time limits for the connection, the first byte of the body and each further
 * piece.
 */
class UpstreamRequest implements Dispatcher.DispatchHandler, Interruptible {
  #controller: Dispatcher.DispatchController | undefined;
  #answer: ServerAnswer | undefined;
  #sentAt = 0;
  #isReused = false;
  #isOver = false;
  /**
   * The time at which it is ended unless something arrives, as of `performance.now()`; checked when the timer fires.
   */
  #deadline: number;
  #timerEnd: number;
  #timer: NodeJS.Timeout;
  readonly workspaceId: string;
  readonly #finish: () => void;
  readonly #onEnd = (reason: Error) => this.#giveUp(reason);

  constructor(
    server: ModelServer,
    private readonly target: Target,
    private readonly call: Endable,
    private readonly begin: (answer: ServerAnswer) => void,
    private readonly reject: (error: unknown) => void,
  ) {
    const { UPSTREAM_CONNECT_MS } = env();
    this.workspaceId = call.workspaceId;
    this.#finish = server.begin(this);
    this.#sentAt = performance.now();
    this.#deadline = this.#timerEnd = this.#sentAt + UPSTREAM_CONNECT_MS;
    // The time limit includes the connection through a proxy.
    this.#timer = setTimeout(onTimer, UPSTREAM_CONNECT_MS, this);
    call.onEnd = this.#onEnd;
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    const { connections } = this.target;
    this.#isReused = !connections.isNew;
    connections.isNew = false;
    if (this.#isOver) {
      controller.abort(new Error("the request was given up"));
      return;
    }
    this.#controller = controller;
    this.#sentAt = performance.now();
    this.#waitUntil(this.#sentAt + env().UPSTREAM_FIRST_BYTE_MS);
  }

  onResponseStart(_: Dispatcher.DispatchController, status: number, headers: Record<string, string | string[]>): void {
    // Interim answers (1xx) are ignored.
    if (status < 200) return;
    this.#answer = new ServerAnswer(status, headers, this);
    this.begin(this.#answer);
  }

  onResponseData(_: Dispatcher.DispatchController, piece: Buffer): void {
    this.#waitUntil(performance.now() + env().UPSTREAM_IDLE_MS);
    this.#answer?.push(piece);
  }

  onResponseEnd(): void {
    this.#close();
    this.#answer?.complete();
  }

  onResponseError(_: Dispatcher.DispatchController, error: Error): void {
    if (this.#isOver) return;
    this.#close();
    this.#answer?.fail(error);
    const isStale = this.#isReused && performance.now() - this.#sentAt < staleMs;
    this.reject(new NoAnswer(!this.#controller ? "connect" : isStale ? "stale" : "reset", { cause: error }));
  }

  /** Pauses the connection while the answer's reader is busy. The server's time limit does not run meanwhile. */
  pause(): void {
    this.#waitUntil(Number.POSITIVE_INFINITY);
    this.#controller?.pause();
  }

  resume(): void {
    this.#waitUntil(performance.now() + env().UPSTREAM_IDLE_MS);
    this.#controller?.resume();
  }

  abort(reason: Error): void {
    if (this.#isOver) return;
    this.#close();
    this.#controller?.abort(reason);
  }

  /** Ends the request as if the connection had ended, because the workspace may not use the server any more. */
  interrupt(): void {
    this.#giveUp(new NoAnswer(this.#answer ? "reset" : "connect"));
  }

  /** Ends the request if its deadline has passed; otherwise sets the timer again. */
  checkDeadline(): void {
    const left = this.#deadline - performance.now();
    if (left > 0) this.#setTimer(left);
    else this.#giveUp(new NoAnswer(this.#controller ? "slow" : "connect"));
  }

  #giveUp(reason: Error): void {
    this.#answer?.fail(reason);
    this.reject(reason);
    this.abort(reason);
  }

  #close(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#finish();
    clearTimeout(this.#timer);
    if (this.call.onEnd === this.#onEnd) this.call.onEnd = undefined;
  }

  /**
   * Sets the deadline. It is nearly always later than the timer, which then stays as it is and is set again when it
   * fires.
   */
  #waitUntil(deadline: number): void {
    this.#deadline = deadline;
    if (deadline < this.#timerEnd && !this.#isOver) this.#setTimer(deadline - performance.now());
  }

  #setTimer(ms: number): void {
    clearTimeout(this.#timer);
    const most = Math.min(Math.max(1, ms), longestTimerMs);
    this.#timerEnd = performance.now() + most;
    this.#timer = setTimeout(onTimer, most, this);
  }
}

const onTimer = (request: UpstreamRequest) => request.checkDeadline();
const longestTimerMs = 60 * 60_000;
