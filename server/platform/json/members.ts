import { JsonError, written } from "./bounds";
import type { NamePath } from "./nesting";

/** Receives the members of the outermost object of a text. Offsets are in bytes from the beginning of the text. */
export interface MemberListener {
  /**
   * Called when a member begins. The name is undefined when it is longer than any that is looked for. Returns the most
   * bytes that its value may have to be parsed and passed to `onValue` (a longer one is refused), or 0 to skip the
   * value.
   */
  onMember(name: string | undefined, start: number): number;
  /**
   * Called when a member's value has ended. `first` is its first byte; `value` is the parsed value, undefined if it was
   * skipped.
   */
  onValue(valueStart: number, end: number, first: number, value: unknown): void;
  /** The hashes of the names of the members whose strings are passed to `onString`. */
  readonly strings?: ReadonlySet<number>;
  /**
   * Called when a string that is a member's value, at any depth, has ended. `bytes` is the number of bytes between its
   * quotes, `head` its beginning.
   */
  onString?(path: NamePath, bytes: number, head: string): void;
  /**
   * Called when an element of a list that is an outermost member's value begins, with its first byte and its offset.
   */
  onElement?(first: number, offset: number): void;
  /** Called when an object has ended, with the path to it. */
  onObject?(path: NamePath, end: number): void;
  /** Called when a number that is a member's value, at any depth, has ended. */
  onNumber?(path: NamePath, start: number, end: number): void;
}

/** How many bytes of a string's beginning `onString` receives. */
export const longestHead = 100;
/** Bytes of the longest name that is passed on: 21 characters, each written as an escape, and the quotes. */
const longestName = 160;

/** Collects the names of the outermost members and the values that the listener wants, over all pieces of the text. */
export class MemberCollector {
  /** Offset of the token that is being collected; -1: none. */
  #from = -1;
  /** The parts of that token in earlier pieces. */
  #earlier: Buffer[] = [];
  #start = 0;
  #first = 0;
  /** The most bytes of the member's value; 0: the value is skipped. */
  #valueLimit = 0;

  constructor(private readonly listener: MemberListener) {}

  beginName(offset: number): void {
    this.#from = offset;
    this.#start = offset;
  }

  /** @param before the number of bytes before `piece` */
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

  /** @throws JsonError when the value is longer than allowed */
  endValue(end: number, piece: Buffer, before: number): void {
    const limit = this.#valueLimit;
    this.#valueLimit = 0;
    if (limit > 0) this.#checkLength(end, limit);
    // The scanner has read the value to its end, so it is valid JSON, and its length is checked.
    const value: unknown = limit > 0 ? JSON.parse(this.#take(end, piece, before)) : undefined;
    this.listener.onValue(this.#start, end, this.#first, value);
  }

  /**
   * Keeps the part of a piece that belongs to the token that is being collected.
   *
   * @throws JsonError when that is already longer than allowed
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
