import { type JsonBounds, treeBounds } from "./bounds";
import { parseJson } from "./parse";

const megabyte = 1024 * 1024;

/** Thrown when a text is longer than allowed. */
export class TooLong extends Error {
  override readonly name = "TooLong";
}

/**
 * Reads the text of a request, or of another server's answer. Reading stops as soon as the text is too long.
 *
 * @param most the longest text, in bytes
 * @throws TooLong, or the error of a body that breaks off
 */
export async function readText({ body }: Pick<Body, "body">, most: number = megabyte): Promise<string> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of body ?? []) {
    length += part.byteLength;
    // Leaving the loop cancels the body.
    if (length > most) throw new TooLong(`it is longer than ${most} bytes`);
    parts.push(part);
  }
  return Buffer.concat(parts).toString("utf8");
}

/**
 * Reads and parses a JSON answer of another server, by default of at most one megabyte.
 *
 * @throws JsonError, and the errors of `readText`
 */
export async function readJsonAnswer(response: Response, bounds: JsonBounds = treeBounds, most = megabyte) {
  return parseJson(await readText(response, most), bounds);
}
