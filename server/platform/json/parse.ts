import { type JsonBounds, JsonError, treeBounds } from "./bounds";
import { JsonScanner } from "./scanner";

/**
 * Parses JSON from another machine or a person, after checking that its tree is small. All such JSON goes through this
 * function or a `JsonScanner`. The caller limits the number of bytes.
 *
 * @param text a string, or complete UTF-8
 * @throws JsonError
 */
export function parseJson(text: string | Buffer, bounds: JsonBounds = treeBounds): unknown {
  if (typeof text === "string" && isWithin(bounds, text)) return parseShort(text);
  const scanner = new JsonScanner(bounds);
  scanner.push(typeof text === "string" ? Buffer.from(text) : text);
  scanner.end();
  return JSON.parse(text.toString());
}

/** Parses like `parseJson`, but returns undefined when the text is not JSON or exceeds a bound. */
export function tryParseJson(text: string | Buffer, bounds: JsonBounds = treeBounds): unknown {
  try {
    return parseJson(text, bounds);
  } catch (error) {
    if (error instanceof JsonError) return undefined;
    throw error;
  }
}

/**
 * Checks whether a text is so short that it cannot exceed the bounds, whatever it contains. Most events of a stream
 * are.
 */
function isWithin({ depth, members, values, nameBytes, numberBytes }: JsonBounds, text: string): boolean {
  if (text.length > Math.min(members, values, numberBytes, nameBytes / mostBytesOfUnit)) return false;
  let opened = 0;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit === openBrace || unit === openBracket) opened++;
  }
  return opened <= depth;
}

function parseShort(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new JsonError("malformed", "is not JSON");
  }
}

/** The most bytes in UTF-8 of one UTF-16 code unit. */
const mostBytesOfUnit = 3;
const [openBracket, openBrace] = [91, 123];
