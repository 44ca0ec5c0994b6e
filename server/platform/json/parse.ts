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
  if (typeof text === "string" && isWithin(bounds, text)) return parseShort(text);
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

/** Whether a text is so short that it cannot be beyond the bounds, whatever it says: most events of a stream are. */
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

/** The bytes in UTF-8 of a unit of a string. */
const mostBytesOfUnit = 3;
const [openBracket, openBrace] = [91, 123];
