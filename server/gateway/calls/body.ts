import type { IncomingMessage } from "node:http";
import { env } from "@/server/platform/env";
import { BodyStalled, eachPiece } from "@/server/platform/http-body";
import { type JsonBounds, JsonError } from "@/server/platform/json/bounds";
import { feed } from "@/server/platform/json/feed";
import type { MemberListener } from "@/server/platform/json/members";
import { parseJson } from "@/server/platform/json/parse";
import { JsonScanner } from "@/server/platform/json/scanner";
import { BodyRoom, type HeldRoom } from "../door/body-room";
import { type ApiError, invalid, Refusal } from "../errors/errors";
import { BodyParts } from "./body-parts";

/** The longest body that is parsed into a tree, in bytes. It holds for requests that no model works on. */
const longestTree = 1024 * 1024;
/** A body is given up when no byte of it arrives for this long, in milliseconds. */
export const stallMs = 30_000;

const unsupported: ApiError = {
  status: 415,
  message: "Send JSON, as it is: Content-Type application/json, no Content-Encoding.",
  type: "invalid_request_error",
  code: "unsupported_media_type",
};

export const tooLarge = (most: number): ApiError => ({
  status: 413,
  message: `The body is larger than ${Math.round(most / 1024 / 1024)} MB.`,
  type: "invalid_request_error",
  code: "body_too_large",
});

export const stalled: ApiError = {
  status: 408,
  message: "Nothing more of the body came for 30 seconds.",
  type: "invalid_request_error",
  code: "body_stalled",
};

/** Other charsets are refused, because later readers would decode the body differently. */
const isJson = /^application\/json\s*(;(?!.*charset)|;\s*charset\s*=\s*"?utf-?8"?\s*$|$)/i;

let room: BodyRoom | undefined;

/** The longest body that is sent to a model, in bytes. */
export const longestBody = (): number => env().GATEWAY_MAX_BODY_MB * 1024 * 1024;

/**
 * Takes room for a body of this length, if it is stated, within the room for all bodies.
 *
 * @throws Refusal 429 and 503 when there is none
 */
export function roomFor(whose: string, length: number | undefined): HeldRoom {
  room ??= new BodyRoom(longestBody());
  return room.enter(whose, length);
}

/**
 * Takes room for bytes that are held for a request in addition to its body. @throws Refusal 429 and 503 when there is
 * none
 */
export type Hold = (bytes: number) => void;

/** A body in the pieces in which it is sent on, with the room it takes until `release`. */
type ReceivedBody = { parts: Buffer[]; length: number; hold: Hold; release(): void };

/**
 * Reads a JSON object of at most `GATEWAY_MAX_BODY_MB` without building a tree: `listener` is told its parts as they
 * arrive. Whatever its length and contents, it never blocks others for more than a few milliseconds.
 *
 * @param whose the caller whose bodies are counted together: a key or a person
 * @throws Refusal 415, 413, 422, 408, or 429 and 503 when there is no room for it; an error when the client goes away
 * meanwhile
 */
export async function receiveJson(
  incoming: IncomingMessage,
  whose: string,
  listener: MemberListener,
  bounds: JsonBounds,
): Promise<ReceivedBody> {
  const scanner = new JsonScanner(bounds, listener);
  const body = await receive(incoming, whose, longestBody(), (piece, length) => feed(scanner, piece, length));
  try {
    scanner.end();
    if (!scanner.isObject) throw invalid(undefined, "The body is not a JSON object.");
  } catch (error) {
    body.release();
    throw refusalOf(error);
  }
  return body;
}

/** Reads a JSON object of up to a megabyte into a tree. Refuses as `receiveJson` does. */
export async function readJson(incoming: IncomingMessage, whose: string): Promise<Record<string, unknown>> {
  const body = await receive(incoming, whose, longestTree, () => undefined);
  try {
    const value = parseJson(Buffer.concat(body.parts));
    if (typeof value !== "object" || value === null || Array.isArray(value))
      throw invalid(undefined, "The body is not a JSON object.");
    return value as Record<string, unknown>;
  } catch (error) {
    throw refusalOf(error);
  } finally {
    body.release();
  }
}

async function receive(
  incoming: IncomingMessage,
  whose: string,
  most: number,
  look: (piece: Buffer, length: number) => Promise<void> | undefined,
): Promise<ReceivedBody> {
  const { "content-type": type = "", "content-encoding": encoding = "identity" } = incoming.headers;
  if (!isJson.test(type) || encoding !== "identity") throw new Refusal(unsupported);
  const declared = incoming.headers["content-length"];
  if (Number(declared ?? 0) > most) throw new Refusal(tooLarge(most));
  const held = roomFor(whose, declared === undefined ? undefined : Number(declared));
  const parts = new BodyParts();
  try {
    await eachPiece(
      incoming,
      (piece) => {
        const length = parts.length + piece.length;
        if (length > most) throw new Refusal(tooLarge(most));
        held.cover(length);
        parts.add(piece);
        return look(piece, length);
      },
      stallMs,
    );
  } catch (error) {
    held.release();
    throw refusalOf(error);
  }
  return { parts: parts.end(), length: parts.length, hold: (bytes) => held.add(bytes), release: () => held.release() };
}

function refusalOf(error: unknown): unknown {
  if (error instanceof BodyStalled) return new Refusal(stalled);
  if (!(error instanceof JsonError)) return error;
  if (!error.isExcess) return invalid(undefined, `The body ${error.message}.`);
  return new Refusal({ ...invalid(undefined, `The body ${error.message}.`).error, code: "body_too_complex" });
}
