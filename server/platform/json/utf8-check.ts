import { isUtf8 } from "node:buffer";

/** Checks that bytes that arrive in pieces are UTF-8, even if a piece ends within a character. */
export class Utf8Check {
  #cut = Buffer.alloc(0);

  /** Reads a piece. Returns whether all bytes so far are the beginning of a UTF-8 text. */
  push(piece: Buffer): boolean {
    let rest = piece;
    if (this.#cut.length > 0) {
      const missing = lengthOf(this.#cut[0] as number) - this.#cut.length;
      const whole = Buffer.concat([this.#cut, rest.subarray(0, missing)]);
      if (rest.length < missing) {
        this.#cut = whole;
        return canBegin(whole);
      }
      if (!isUtf8(whole)) return false;
      this.#cut = Buffer.alloc(0);
      rest = rest.subarray(missing);
    }
    const end = startOfCut(rest);
    if (end < rest.length) this.#cut = Buffer.from(rest.subarray(end));
    return isUtf8(end < rest.length ? rest.subarray(0, end) : rest);
  }

  /** Whether the text may end here: the last character is complete. */
  get isComplete(): boolean {
    return this.#cut.length === 0;
  }
}

/** Returns the number of bytes of a character, by its first byte. */
const lengthOf = (first: number): number => (first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2);

const isContinuation = (byte: number) => (byte & 0xc0) === 0x80;

/** Returns where the last character begins if it is incomplete; otherwise the end. */
function startOfCut(bytes: Buffer): number {
  for (let back = 1; back <= 3 && back <= bytes.length; back++) {
    const byte = bytes[bytes.length - back] as number;
    if (byte < 0x80) break;
    if (isContinuation(byte)) continue;
    return byte >= 0xc0 && lengthOf(byte) > back ? bytes.length - back : bytes.length;
  }
  return bytes.length;
}

const canBegin = (bytes: Buffer) => bytes.subarray(1).every(isContinuation);
