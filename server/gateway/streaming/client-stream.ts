import type { ServerResponse } from "node:http";
import { env } from "@/server/platform/env";
import type { ApiError } from "../errors/errors";

/** A line that clients of server-sent events ignore. */
const comment = ": waiting\n\n";
/** The most bytes that are gathered for one write. */
const mostGathered = 16_384;

/**
 * The client's side of a stream. While nothing arrives, even before a model server has begun to answer, a comment is
 * sent every `STREAM_COMMENT_MS` so that proxies keep the connection; the first comment fixes the status 200. The
 * front of the process closes the connection of a client that stops reading. Events that arrive together are written
 * together, since each write has its own framing.
 */
export class ClientStream {
  readonly #comments: NodeJS.Timeout;
  #gathered: Buffer[] = [];
  #gatheredBytes = 0;
  readonly #flush = () => {
    const [first, ...others] = this.#gathered;
    if (first === undefined || this.outgoing.writableEnded) return;
    const bytes = others.length === 0 ? first : Buffer.concat(this.#gathered);
    this.#gathered = [];
    this.#gatheredBytes = 0;
    this.outgoing.write(bytes);
  };

  /** @param failureEvent returns the event that ends a stream which cannot go on */
  constructor(
    private readonly outgoing: ServerResponse,
    public failureEvent: (error: ApiError) => string,
  ) {
    this.#comments = setTimeout(() => this.#comment(), env().STREAM_COMMENT_MS);
  }

  /** Sends whole events. Returns false when the caller should wait for the client (`drained`). */
  send(bytes: Buffer, type?: string): boolean {
    this.#begin(type);
    this.#comments.refresh();
    if (this.#gathered.push(bytes) === 1) process.nextTick(this.#flush);
    this.#gatheredBytes += bytes.length;
    if (this.#gatheredBytes >= mostGathered) this.#flush();
    return !this.outgoing.writableNeedDrain;
  }

  /** Writes the last events together with the end of the stream; `end` must follow. */
  sendLast(bytes: Buffer, type?: string): void {
    this.#begin(type);
    this.outgoing.cork();
    this.#gathered.push(bytes);
    this.#flush();
  }

  /** Resolves once the client has read on or is gone. */
  drained(): Promise<void> {
    this.#flush();
    return drained(this.outgoing);
  }

  /** Ends the stream; with an error as the last event if it could not go on. */
  end(error?: ApiError): void {
    this.close();
    this.#begin();
    this.#flush();
    this.outgoing.end(error && this.failureEvent(error));
  }

  /** Stops sending comments. */
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
      // Tells proxies not to buffer the stream.
      "x-accel-buffering": "no",
    });
  }
}

/** Resolves once a client has read on or is gone. */
export function drained(outgoing: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      outgoing.off("drain", end).off("close", end);
      resolve();
    };
    outgoing.on("drain", end).on("close", end);
  });
}
