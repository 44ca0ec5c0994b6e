import { once } from "node:events";
import type { ServerResponse } from "node:http";
import { env } from "@/server/platform/env";
import { type ApiError, errorBody } from "../errors/errors";

/** A line that clients of server-sent events ignore. */
const comment = ": waiting\n\n";

/**
 * The client's end of a stream. While nothing comes, also before a model server has begun to answer, a comment goes out every
 * `STREAM_COMMENT_MS`, so that proxies keep the connection; the first one fixes the status 200. A client that stops reading is cut after
 * `UPSTREAM_IDLE_MS`.
 */
export class ClientStream {
  readonly #comments: NodeJS.Timeout;

  constructor(
    private readonly outgoing: ServerResponse,
    private readonly signal: AbortSignal,
  ) {
    this.#comments = setTimeout(() => this.#comment(), env().STREAM_COMMENT_MS);
  }

  /** Sends whole events. False: the client has to be waited for (`drained`). */
  send(bytes: Buffer, type?: string): boolean {
    this.#begin(type);
    this.#comments.refresh();
    return this.outgoing.write(bytes);
  }

  /** Resolves once the client has read on. Throws when the call ends, also because the client is cut. */
  async drained(): Promise<void> {
    const timer = setTimeout(() => this.outgoing.destroy(), env().UPSTREAM_IDLE_MS);
    try {
      await once(this.outgoing, "drain", { signal: this.signal });
    } finally {
      clearTimeout(timer);
    }
  }

  /** Ends the stream: with an error as its last event if it cannot go on. */
  end(error?: ApiError): void {
    this.close();
    this.#begin();
    endResponse(this.outgoing, error && `data: ${JSON.stringify(errorBody(error))}\n\n`);
  }

  /** No more comments are sent. */
  close(): void {
    clearTimeout(this.#comments);
  }

  #comment(): void {
    if (this.outgoing.destroyed || this.outgoing.writableEnded) return;
    if (!this.outgoing.writableNeedDrain) {
      this.#begin();
      this.outgoing.write(comment);
    }
    this.#comments.refresh();
  }

  #begin(type = "text/event-stream"): void {
    if (this.outgoing.headersSent) return;
    this.outgoing.writeHead(200, {
      "content-type": type,
      "cache-control": "no-store",
      // Proxies in front are not to gather what comes piece by piece.
      "x-accel-buffering": "no",
    });
  }
}

/** Ends a response; a client that reads nothing of what is left is cut after as long as an answer may pause. */
export function endResponse(outgoing: ServerResponse, rest?: Buffer | string): void {
  outgoing.setTimeout(env().UPSTREAM_IDLE_MS);
  outgoing.end(rest);
}
