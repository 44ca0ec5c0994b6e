import { JsonError, written } from "./bounds";
import type { NamePath } from "./nesting";

/** Receives the members of the object that a text is. Offsets are bytes from the text's beginning. */
export interface MemberListener {
  /**
   * A member begins; undefined: its name is longer than any that is looked for. Returns how many bytes its value may have to be parsed and
   * handed over; a longer one is refused; 0: it is not wanted.
   */
  onMember(name: string | undefined, start: number): number;
  /** A member's value has ended. `first` is its first byte; `value` is what it says, undefined if it was not wanted. */
  onValue(valueStart: number, end: number, first: number, value: unknown): void;
  /** The hashes of the names of those members whose strings `onString` receives. */
  readonly strings?: ReadonlySet<number>;
  /** A string has ended that is a member's value, at any depth: so many bytes between its quotes, of which `head` is the beginning. */
  onString?(path: NamePath, bytes: number, head: string): void;
  /** An element of a list that is a member's value begins, with this byte, at this offset. */
  onElement?(first: number, offset: number): void;
  /** An object has ended that was at this depth. */
  onObject?(path: NamePath, end: number): void;
  /** A number has ended that is a member's value, at any depth. */
  onNumber?(path: NamePath, start: number, end: number): void;
}

/** Bytes of a string's beginning that `onString` receives. */
export const longestHead = 100;
/** Bytes of the longest name that is handed over: 21 characters, each written as an escape, and the quotes. */
const longestName = 160;

/** Collects the names of the outermost members, and the values that its listener wants, over the pieces that a text comes in. */
export class MemberCollector {
  /** Offset of what is being collected; -1: nothing is. */
  #from = -1;
  /** What of it was in the pieces before this one. */
  #earlier: Buffer[] = [];
  #start = 0;
  #first = 0;
  /** Bytes that the member's value may have; 0: it is not wanted. */
  #valueLimit = 0;

  constructor(private readonly listener: MemberListener) {}

  beginName(offset: number): void {
    this.#from = offset;
    this.#start = offset;
  }

  /** @param before the bytes that came before `piece` */
  endName(end: number, piece: Buffer, before: number): void {
    const text = this.#take(end, piece, before);
    const isShort = end - this.#start <= longestName;
    const name = text.includes("\\") && isShort ? String(JSON.parse(text)) : text.slice(1, -1);
    this.#valueLimit = this.listener.onMember(isShort ? name : undefined, this.#start);
  }

  beginValue(offset: number, first: number): void {
    this.#start = offset;
    this.#first = first;
    if (this.#valueLimit > 0) this.#from = offset;
  }

  /** @throws JsonError when the value is longer than it may be */
  endValue(end: number, piece: Buffer, before: number): void {
    const limit = this.#valueLimit;
    this.#valueLimit = 0;
    if (limit > 0) this.#checkLength(end, limit);
    // The scanner has read it to its end: it is JSON, and no longer than the listener wants it.
    const value: unknown = limit > 0 ? JSON.parse(this.#take(end, piece, before)) : undefined;
    this.listener.onValue(this.#start, end, this.#first, value);
  }

  /**
   * Keeps what of a piece belongs to what is being collected.
   *
   * @throws JsonError when that is longer than it may be already
   */
  endPiece(piece: Buffer, before: number): void {
    if (this.#from < 0) return;
    this.#earlier.push(piece.subarray(Math.max(0, this.#from - before)));
    if (this.#valueLimit > 0) this.#checkLength(before + piece.length, this.#valueLimit);
  }

  #checkLength(end: number, limit: number): void {
    if (end - this.#start <= limit) return;
    throw new JsonError("too_long", `has a value of more than ${written(limit)} bytes where a short one belongs`);
  }

  #take(end: number, piece: Buffer, before: number): string {
    const from = Math.max(0, this.#from - before);
    this.#from = -1;
    if (this.#earlier.length === 0) return piece.toString("utf8", from, end - before);
    const text = Buffer.concat([...this.#earlier, piece.subarray(from, end - before)]).toString("utf8");
    this.#earlier = [];
    return text;
  }
}
