import { Readable } from "node:stream";
import type { Dispatcher } from "undici";
import { env } from "@/server/platform/env";
import { guardedPool } from "@/server/platform/guarded-connections";
import { dispatcherFor } from "@/server/platform/outgoing";
import type { Interruptible, ModelServer } from "./client";
import { ServerAnswer } from "./server-answer";

/**
 * Why there is no answer: `connect`, nothing could be sent; `stale`, an idle connection had ended as it was used again;
 * `reset`, the connection ended after the request was sent; `slow`, no answer began in time, or it stopped coming.
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
 * What is sent: nothing of the client's but its body, in its parts, two headers, and the few others that belong to an endpoint's protocol.
 * `keyHeader`: in which header the server's key goes, besides `authorization`.
 */
export type Sent = {
  path: string;
  accept: string;
  contentType: string;
  others?: Readonly<Record<string, string>> | undefined;
  keyHeader?: "x-api-key" | undefined;
  body: SentBody;
};

/** A body in its parts, or as it comes: then its length if that is known, and what hands its pieces over, once. */
export type SentBody = readonly Buffer[] | { length: number | undefined; pieces: () => AsyncIterable<Buffer> };

/** What may be ended while a model server works on it. `onEnd` is called once, with the error that ends it. */
export type Endable = {
  /** Whose it is: it ends once the server is no longer for this workspace. */
  readonly workspaceId: string;
  onEnd: ((reason: Error) => void) | undefined;
  throwIfEnded(): void;
};

/** Up to so many bytes the parts of a body are put together: a stream of them costs more, and outlives its call in memory (decision 096). */
const longestJoined = 256 * 1024;

/** Servers keep an idle connection for five seconds and more; ours must be the first to end. */
const idleMs = 4_000;

/** An idle connection that had ended is noticed at once; one that ends later had a request on it that the server was working on. */
const staleMs = 1_000;

type Target = { origin: string; path: string; dispatcher: Dispatcher; connections: { isNew: boolean } };
const targets = new WeakMap<ModelServer, Promise<Target>>();

/** Returns where a model server is, and the connections to it that are kept: by a proxy, if the environment has one for it. */
async function findTarget(server: ModelServer): Promise<Target> {
  const url = new URL(server.settings.url);
  const connections = { isNew: false };
  // A new connection is given its request as soon as this was called.
  const onConnect = () => {
    connections.isNew = true;
  };
  const dispatcher = server.guard
    ? await guardedPool(url, server.guard, { idleMs }, onConnect)
    : await dispatcherFor(url, { idleMs }, onConnect);
  return { origin: url.origin, path: url.pathname.replace(/\/$/, ""), dispatcher, connections };
}

/**
 * Posts to a model server and has `consume` read its answer, which is called as soon as there are its headers. Ends when `call` ends, and by
 * itself when it cannot connect, or the answer does not begin or go on in time.
 *
 * @throws NoAnswer as long as there is no answer; what `consume` throws; or what the call ended with
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
        ...{ headersTimeout: 0, bodyTimeout: 0 }, // What is waited for is measured here.
      },
      request,
    );
  });
}

/** Returns a path below a server's address; one that begins with `../` is beside its `/v1`. */
function pathAt(base: string, path: string): string {
  return path.startsWith("../") ? base.replace(/\/v1$/, "") + path.slice(2) : base + path;
}

function bodyOf(body: SentBody, length = Number.POSITIVE_INFINITY): Buffer | Readable {
  if ("pieces" in body) return Readable.from(body.pieces(), { objectMode: false });
  const [first, ...others] = body;
  if (first && others.length === 0) return first;
  return length <= longestJoined ? Buffer.concat(body, length) : Readable.from(body, { objectMode: false });
}

/** As bearer, which nearly all servers take; and where the protocol has a header of its own in that, which is the only one that its maker reads. */
function keyHeaders(key: string, own: Sent["keyHeader"], origin: string): Record<string, string> {
  const isMakers = own !== undefined && /(^|\.)anthropic\.com$/.test(new URL(origin).hostname);
  return { ...(!isMakers && { authorization: `Bearer ${key}` }), ...(own && { [own]: key }) };
}

/** A request to a model server. Waits for the connection, for the first byte of the body and for each further one as long as it may. */
class UpstreamRequest implements Dispatcher.DispatchHandler, Interruptible {
  #controller: Dispatcher.DispatchController | undefined;
  #answer: ServerAnswer | undefined;
  #sentAt = 0;
  #isReused = false;
  #isOver = false;
  /** When it is ended unless something happens, as of `performance.now()`; looked at when the timer fires. */
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
    // A proxy has to connect as well.
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
    // Of interim answers nothing is wanted.
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

  /** The reader of the answer has to be waited for, and not the server. */
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

  /** Ends it as if the connection had ended: the server is not for this workspace any more. */
  interrupt(): void {
    this.#giveUp(new NoAnswer(this.#answer ? "reset" : "connect"));
  }

  /** Ends it, unless its deadline has been put off. */
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

  /** Nearly always later than what the timer is set to: then it is left as it is. */
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
