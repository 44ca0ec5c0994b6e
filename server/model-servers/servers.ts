import http, { type IncomingMessage } from "node:http";
import https from "node:https";
import { env } from "@/server/platform/env";
import { agentFor } from "@/server/platform/outgoing";
import type { ModelServer } from "./client";

/**
 * Why there is no answer: `connect`, nothing could be sent; `stale`, an idle connection had ended as it was used again;
 * `reset`, the connection ended after the request was sent; `slow`, no answer began in time.
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

/** What is sent: nothing of the client's but these two headers and the body, in its parts. */
export type Sent = { path: string; accept: string; contentType: string; body: readonly Buffer[] };

// Servers keep an idle connection for five seconds and more; ours must be the first to end.
const idle = { keepAlive: true, timeout: 4_000, maxFreeSockets: 256 };

/** An idle connection that had ended is noticed at once; one that ends later had a request on it that the server was working on. */
const staleMs = 1_000;

type Target = { url: URL; agent: http.Agent };
const targets = new WeakMap<ModelServer, Promise<Target>>();

/** Returns where a model server is, and the connections to it that are kept: by a proxy, if the environment has one for it. */
async function findTarget(server: ModelServer): Promise<Target> {
  const url = new URL(server.settings.url);
  return { url, agent: await agentFor(url, idle) };
}

/**
 * Posts to a model server and resolves when its answer begins. Ends when `signal` aborts, and by itself when it cannot
 * connect or the answer does not begin in time.
 *
 * @throws NoAnswer, or whatever `signal` says when it aborts
 */
export async function post(
  server: ModelServer,
  { path, accept, contentType, body }: Sent,
  signal: AbortSignal,
): Promise<IncomingMessage> {
  const { UPSTREAM_CONNECT_MS, UPSTREAM_FIRST_BYTE_MS } = env();
  const { key } = server.settings;
  const found = targets.get(server) ?? findTarget(server);
  targets.set(server, found);
  const { url: target, agent } = await found;
  signal.throwIfAborted();
  const isTls = target.protocol === "https:";
  return new Promise((resolve, reject) => {
    const request = (isTls ? https : http).request({
      method: "POST",
      agent,
      hostname: target.hostname.replace(/^\[|\]$/g, ""),
      port: target.port || undefined,
      path: target.pathname.replace(/\/$/, "") + path,
      headers: {
        "content-type": contentType,
        accept,
        "content-length": body.reduce((sum, { length }) => sum + length, 0),
        ...(key && { authorization: `Bearer ${key}` }),
      },
      signal,
    });
    const sentAt = performance.now();
    let isConnected = false;
    let timer: NodeJS.Timeout | undefined;
    const wait = (ms: number, kind: NoAnswer["kind"]) => {
      clearTimeout(timer);
      timer = setTimeout(() => request.destroy(new NoAnswer(kind)), ms);
    };
    const onConnected = () => {
      isConnected = true;
      wait(UPSTREAM_FIRST_BYTE_MS, "slow");
    };
    // A proxy has to connect as well, before there is a socket.
    wait(UPSTREAM_CONNECT_MS, "connect");
    request.on("socket", (socket) => {
      if (!socket.connecting) return onConnected();
      socket.once(isTls ? "secureConnect" : "connect", onConnected);
    });
    request.on("response", (response) => {
      clearTimeout(timer);
      resolve(response);
    });
    request.on("error", (error) => {
      clearTimeout(timer);
      if (signal.aborted) return reject(signal.reason);
      if (error instanceof NoAnswer) return reject(error);
      const isStale = request.reusedSocket && performance.now() - sentAt < staleMs;
      const kind = !isConnected ? "connect" : isStale ? "stale" : "reset";
      reject(new NoAnswer(kind, { cause: error }));
    });
    for (const part of body.slice(0, -1)) request.write(part);
    request.end(body.at(-1));
  });
}
