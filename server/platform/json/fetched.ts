import { type JsonBounds, treeBounds } from "./bounds";
import { parseJson } from "./parse";

const megabyte = 1024 * 1024;

/** A text is longer than it may be. */
export class TooLong extends Error {
  override readonly name = "TooLong";
}

/**
 * Reads the text of a request, or of an answer of another server, which is given up as soon as it is too long.
 *
 * @param most bytes
 * @throws when it is longer, or breaks off
 */
export async function readText({ body }: Pick<Body, "body">, most: number = megabyte): Promise<string> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of body ?? []) {
    length += part.byteLength;
    // Leaving the loop ends the answer.
    if (length > most) throw new TooLong(`it is longer than ${most} bytes`);
    parts.push(part);
  }
  return Buffer.concat(parts).toString("utf8");
}

/**
 * Reads an answer of another server that is JSON: of a megabyte at most, unless said otherwise.
 *
 * @throws JsonError, and as `readText` does
 */
export async function readJsonAnswer(response: Response, bounds: JsonBounds = treeBounds, most = megabyte) {
  return parseJson(await readText(response, most), bounds);
}
