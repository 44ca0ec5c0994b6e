import { isUtf8 } from "node:buffer";
import type { IncomingMessage, ServerResponse } from "node:http";
import { discard, readUpTo } from "@/server/platform/http-body";
import { type ApiError, invalid, Refusal } from "../errors/errors";

/** A client that sends it all before it reads still gets the answer: this much more is read and thrown away. */
const discardMs = 1_000;
const longestBody = 10 * 1024 * 1024;

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
    await discard(incoming, longestBody, discardMs);
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
