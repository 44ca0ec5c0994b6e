import { inTurns } from "../turns";
import type { JsonScanner } from "./scanner";

/** Up to here a text is scanned as it comes; what is beyond it, a step per turn of the event loop. */
const scannedAtOnce = 32 * 1024;
const step = 16 * 1024;

/**
 * Has a scanner read the next piece of a text. Resolves (or returns undefined, when it is done already) once it has; nothing else waits for
 * it longer than a few milliseconds.
 *
 * @param length of the text so far, with this piece
 * @throws JsonError, and whatever the scanner's listener throws
 */
export function feed(scanner: JsonScanner, piece: Buffer, length: number): Promise<void> | undefined {
  if (length <= scannedAtOnce) return void scanner.push(piece);
  let at = 0;
  return inTurns(() => {
    scanner.push(piece.subarray(at, at + step));
    at += step;
    return at < piece.length;
  });
}
