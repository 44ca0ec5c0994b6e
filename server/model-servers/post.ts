import { Readable } from "node:stream";
import type { Dispatcher } from "undici";
import { env } from "@/server/platform/env";
import { guardedPool } from "@/server/platform/guarded-connections";
import { dispatcherFor } from "@/server/platform/outgoing";
import type { Interruptible, ModelServer } from "./client";
import { ServerAnswer } from "./server-answer";

/**
 * Why a model server gave no answer. `connect`: nothing could be sent. `stale`: an idle connection had been closed
 * when it was used again. `reset`: the connection was closed after the request was sent. `slow`: no answer began in
 * time, or it stopped.
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
 * What is sent to a model server. Of the client's request this is only the body in its parts, two headers, and the
 * few headers that belong to an endpoint's protocol. `keyHeader`: the header for the server's key besides
 * `authorization`.
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
 * A body in its parts, or as it arrives: with its length if that is known, and a function that returns its pieces
 * once.
 */
export type SentBody = readonly Buffer[] | { length: number | undefined; pieces: () => AsyncIterable<Buffer> };

/** Work that can be ended while a model server does it. `onEnd` is called once, with the reason. */
export type Endable = {
  /** The workspace of the request. It is ended when this workspace may no longer use the server. */
  readonly workspaceId: string;
  onEnd: ((reason: Error) => void) | undefined;
  throwIfEnded(): void;
};

/**
 * Bodies up to this size are joined before they are sent. A stream of parts costs more, and stays in memory after its
 * call (decision 096).
 */
const longestJoined = 256 * 1024;

/** Model servers close an idle connection after five seconds or later; this process must close it first. */
const idleMs = 4_000;

/**
 * A reused connection that fails within this time had been closed before. If it fails later, the server was working
 * on the request.
 */
const staleMs = 1_000;

type Target = { origin: string; path: string; dispatcher: Dispatcher; connections: { isNew: boolean } };
const targets = new WeakMap<ModelServer, Promise<Target>>();

/**
 * Returns the address of a model server and its pool of connections: through a proxy, if the environment names one
 * for it.
 */
async function findTarget(server: ModelServer): Promise<Target> {
  const url = new URL(server.settings.url);
  const connections = { isNew: false };
  // The pool passes the request to a new connection right after it calls this function.
  const onConnect = () => {
    connections.isNew = true;
  };
  const dispatcher = server.guard
    ? await guardedPool(url, server.guard, { idleMs }, onConnect)
    : await dispatcherFor(url, { idleMs }, onConnect);
  return { origin: url.origin, path: url.pathname.replace(/\/$/, ""), dispatcher, connections };
}

/**
 * Posts to a model server. `consume` is called with the answer as soon as its headers have arrived, and reads it. The
 * request ends when `call` ends, when no connection is made in time, or when the answer does not begin or continue in
 * time.
 *
 * @throws NoAnswer while there is no answer; the error of `consume`; or the reason for which the call was ended
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

/** Returns a path below a server's address. A path that begins with `../` is beside its `/v1`. */
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
 * Returns the headers with a server's key: as a bearer token, which almost all servers accept, and in the header of
 * the protocol if it has one. Anthropic's own servers get only the latter.
 */
function keyHeaders(key: string, own: Sent["keyHeader"], origin: string): Record<string, string> {
  const isMakers = own !== undefined && /(^|\.)anthropic\.com$/.test(new URL(origin).hostname);
  return { ...(!isMakers && { authorization: `Bearer ${key}` }), ...(own && { [own]: key }) };
}

/**
 * A request to a model server. It waits a limited time for the connection, for the first byte of the answer, and for
 * each further piece.
 */
class UpstreamRequest implements Dispatcher.DispatchHandler, Interruptible {
  #controller: Dispatcher.DispatchController | undefined;
  #answer: ServerAnswer | undefined;
  #sentAt = 0;
  #isReused = false;
  #isOver = false;
  /** When the request is ended unless something happens, by `performance.now()`. It is checked when the timer fires. */
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
    // The time includes the connection to a proxy.
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
    // Interim responses are ignored.
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

  /** Stops reading because the reader of the answer is slower than the server. No deadline applies meanwhile. */
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

  /** Ends the request as if the connection had failed, because the workspace may no longer use the server. */
  interrupt(): void {
    this.#giveUp(new NoAnswer(this.#answer ? "reset" : "connect"));
  }

  /** Ends the request, unless its deadline was moved. */
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

  /** Sets the deadline. It is almost always later than the timer, and then the timer is not touched. */
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
