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

/** The longest body that is parsed into a tree, in bytes: of requests that no model works on. */
const longestTree = 1024 * 1024;
/** After so long without a byte of a body, in milliseconds, it is given up. */
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

/** Another charset would be read as something else further on. */
const isJson = /^application\/json\s*(;(?!.*charset)|;\s*charset\s*=\s*"?utf-?8"?\s*$|$)/i;

let room: BodyRoom | undefined;

/** The longest body that a model is sent, in bytes. */
export const longestBody = (): number => env().GATEWAY_MAX_BODY_MB * 1024 * 1024;

/**
 * Takes room for a body of so many bytes, if it says, among all bodies that are held.
 *
 * @throws Refusal 429 and 503 when there is none
 */
export function roomFor(whose: string, length: number | undefined): HeldRoom {
  room ??= new BodyRoom(longestBody());
  return room.enter(whose, length);
}

/** Takes room for so many bytes that are held for a request beside its body. @throws Refusal 429 and 503 when there is none */
export type Hold = (bytes: number) => void;

/** A body in the pieces it is sent on in, and the room it takes until that is released. */
type ReceivedBody = { parts: Buffer[]; length: number; hold: Hold; release(): void };

/**
 * Reads a JSON object, of `GATEWAY_MAX_BODY_MB` at most, and makes nothing of it but what `listener` is told as it comes. However long it is and
 * whatever it says, nothing else waits for it longer than a few milliseconds.
 *
 * @param whose whose bodies are counted together: a key's, or a person's
 * @throws Refusal 415, 413, 422, 408, or 429 and 503 when there is no room for it; an error when the client goes away meanwhile
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
