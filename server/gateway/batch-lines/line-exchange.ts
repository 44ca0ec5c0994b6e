import { IncomingMessage, ServerResponse } from "node:http";
import { Socket } from "node:net";

/** Makes a request object like one that arrived over a connection and passed the front of the process. */
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

/** A response that keeps its body in memory instead of sending it. */
export class LineResponse extends ServerResponse {
  readonly #parts: Buffer[] = [];
  #isEnded = false;

  /** The whole body once it was sent; undefined: none was sent, or it broke off. */
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
