import { inTurns } from "../turns";
import type { JsonScanner } from "./scanner";

/** Up to this length in bytes a piece is scanned at once; beyond it, one step per turn of the event loop. */
const scannedAtOnce = 32 * 1024;
const step = 16 * 1024;

/**
 * Passes the next piece of a text to a scanner. Returns undefined when the piece is already scanned, otherwise a
 * promise that resolves when it is. Other work does not wait for longer than a few milliseconds.
 *
 * @param length the bytes of the text so far, including this piece
 * @throws JsonError, and any error of the scanner's listener
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
