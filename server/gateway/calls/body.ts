import { isUtf8 } from "node:buffer";
import type { IncomingMessage, ServerResponse } from "node:http";
import { type ApiError, invalid, Refusal } from "../errors/errors";

const longestBody = 10 * 1024 * 1024;
/** So much more, for so long, is thrown away, so that a client that sends it all before it reads hears why. */
const discardMs = 1_000;

const unsupported: ApiError = {
  status: 415,
  message: "Send JSON, as it is: Content-Type application/json, no Content-Encoding.",
  type: "invalid_request_error",
  code: "unsupported_media_type",
};

const tooLarge: ApiError = {
  status: 413,
  message: "The body is larger than 10 MB.",
  type: "invalid_request_error",
  code: "body_too_large",
};

/** Another charset would be read as something else further on. */
const isJson = /^application\/json\s*(;(?!.*charset)|;\s*charset\s*=\s*"?utf-?8"?\s*$|$)/i;

/** A JSON body: its bytes, to be sent on as they came, and what they say. */
export type JsonBody = { bytes: Buffer; text: string; value: Record<string, unknown> };

/** Reads a JSON object of up to 10 MB. Refuses with 415, 413 and 422; throws when the client goes away meanwhile. */
export async function readJson(incoming: IncomingMessage, outgoing: ServerResponse): Promise<JsonBody> {
  const { "content-type": type = "", "content-encoding": encoding = "identity" } = incoming.headers;
  if (!isJson.test(type) || encoding !== "identity") throw new Refusal(unsupported);
  const isTooLarge = Number(incoming.headers["content-length"] ?? 0) > longestBody;
  const bytes = isTooLarge ? undefined : await readUpTo(incoming, longestBody);
  if (bytes === undefined) {
    await discard(incoming);
    if (!incoming.complete) outgoing.setHeader("Connection", "close");
    throw new Refusal(tooLarge);
  }
  // Bytes that are no text could be read as something else further on.
  if (!isUtf8(bytes)) throw invalid(undefined, "The body is not UTF-8.");
  const text = bytes.toString("utf8");
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw invalid(undefined, "The body is not JSON.");
  }
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw invalid(undefined, "The body is not a JSON object.");
  return { bytes, text, value: value as Record<string, unknown> };
}

/** The whole of a message's body, or undefined as soon as it is longer than `most` bytes; the rest is not read. */
export function readUpTo(message: IncomingMessage, most: number): Promise<Buffer | undefined> {
  return new Promise((resolve, reject) => {
    const parts: Buffer[] = [];
    let size = 0;
    const end = (settle: () => void) => {
      message.off("data", onData).off("end", onEnd).off("error", onError).off("close", onClose);
      settle();
    };
    const onData = (part: Buffer) => {
      size += part.length;
      parts.push(part);
      if (size <= most) return;
      message.pause();
      end(() => resolve(undefined));
    };
    const onEnd = () => end(() => resolve(parts.length === 1 ? parts[0] : Buffer.concat(parts)));
    const onError = (error: Error) => end(() => reject(error));
    const onClose = () => end(() => reject(new Error("the connection was closed before the body had ended")));
    message.on("data", onData).on("end", onEnd).on("error", onError).on("close", onClose);
    if (message.destroyed && !message.readableEnded) onClose();
  });
}

/** Reads what a client still sends of a body that nobody wants, so much and for so long at most, and throws it away. */
export function discard(incoming: IncomingMessage, most = longestBody, ms = discardMs): Promise<void> {
  if (incoming.readableEnded || incoming.destroyed) return Promise.resolve();
  return new Promise((resolve) => {
    let size = 0;
    const end = () => {
      clearTimeout(timer);
      incoming.off("data", onData).off("end", end).off("error", end).off("close", end);
      incoming.pause();
      resolve();
    };
    const onData = (part: Buffer) => {
      size += part.length;
      if (size > most) end();
    };
    const timer = setTimeout(end, ms);
    incoming.on("data", onData).on("end", end).on("error", end).on("close", end);
    incoming.resume();
  });
}
