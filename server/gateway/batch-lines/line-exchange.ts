import { IncomingMessage, ServerResponse } from "node:http";
import { Socket } from "node:net";

/** Returns a request as the front of the process hands one on that came over a connection. */
export function lineRequest(path: string, requestId: string, body: Buffer): IncomingMessage {
  const incoming = new IncomingMessage(new Socket());
  incoming.method = "POST";
  incoming.url = path;
  incoming.headers = {
    "content-type": "application/json",
    "content-length": String(body.length),
    "x-request-id": requestId,
  };
  incoming.push(body);
  incoming.push(null);
  incoming.complete = true;
  return incoming;
}

/** An answer that is kept in memory and goes over no connection. */
export class LineResponse extends ServerResponse {
  readonly #parts: Buffer[] = [];
  #isEnded = false;

  /** All of the answer's body, once it was sent; undefined: none was, or it broke off. */
  get body(): Buffer | undefined {
    return this.#isEnded ? Buffer.concat(this.#parts) : undefined;
  }

  override write(...[part, encoding]: unknown[]): boolean {
    this.#add(part, encoding);
    return true;
  }

  override end(...[part, encoding]: unknown[]): this {
    this.#add(part, encoding);
    this.#isEnded = true;
    return this;
  }

  override destroy(): this {
    if (this.destroyed) return this;
    this.destroyed = true;
    this.emit("close");
    return this;
  }

  #add(part: unknown, encoding: unknown): void {
    if (typeof part === "string") this.#parts.push(Buffer.from(part, encoding as BufferEncoding | undefined));
    else if (part instanceof Uint8Array) this.#parts.push(Buffer.from(part));
  }
}
