import { type JsonBounds, JsonError, treeBounds } from "./bounds";
import { JsonScanner } from "./scanner";

/**
 * Parses JSON that comes from outside, once it is known that its tree is a small one. Everything that another machine or a person sent goes
 * through here or through a `JsonScanner`; the number of its bytes has been bounded by the caller.
 *
 * @param text a string, or UTF-8 in one piece
 * @throws JsonError
 */
export function parseJson(text: string | Buffer, bounds: JsonBounds = treeBounds): unknown {
  const scanner = new JsonScanner(bounds);
  scanner.push(typeof text === "string" ? Buffer.from(text) : text);
  scanner.end();
  return JSON.parse(text.toString());
}

/** Parses the same, or returns undefined where that is no JSON or too much of it. */
export function tryParseJson(text: string | Buffer, bounds: JsonBounds = treeBounds): unknown {
  try {
    return parseJson(text, bounds);
  } catch (error) {
    if (error instanceof JsonError) return undefined;
    throw error;
  }
}
