import { type JsonBounds, JsonError } from "./bounds";
import { afterDigit, digitsOf, escapes, isHex, isWholeNumber, literalOf } from "./tokens";
import { Utf8Check } from "./utf8-check";

/**
 * The names that lead to a value at a depth, as hashes (`hashOf`): in `names[depth]` that of its own member, before it those of the objects and lists
 * that it is in; a list has the name of the member whose value it is. Valid only while the listener is called.
 */
export type NamePath = { names: Int32Array; depth: number };

/** Is told of the members of the object that a text is. Offsets are bytes from the text's beginning. */
export interface MemberListener {
  /**
   * A member begins; undefined: its name is longer than any that is looked for. Returns how many bytes its value may have for its text to be
   * handed over; a longer one is refused; 0: it is not wanted.
   */
  onMember(name: string | undefined, start: number): number;
  /** A member's value has ended. `first` is the byte that it begins with; `text` is there if it was wanted. */
  onValue(valueStart: number, end: number, first: number, text: string | undefined): void;
  /** The hashes of the names of those members whose strings `onString` is told. */
  readonly strings?: ReadonlySet<number>;
  /** A string has ended that is a member's value, at any depth: so many bytes between its quotes, of which `head` is the beginning. */
  onString?(path: NamePath, bytes: number, head: string): void;
  /** An object has ended that was at this depth. */
  onObject?(path: NamePath): void;
}

/** Bytes of the longest name that is handed over: 21 characters, each written as an escape, and the quotes. */
const longestHeardName = 160;
/** Bytes of a string's beginning that are told. */
const longestHead = 100;

const [quote, backslash, comma, colon, minus] = [34, 92, 44, 58, 45];
const [openBrace, closeBrace, openBracket, closeBracket] = [123, 125, 91, 93];
const [zero, nine, letterU] = [48, 57, 117];

/** What comes next: one of these between tokens, or the rest of a token. */
const [value, valueOrEnd, name, nameOrEnd, nameEnd, commaOrEnd, nothing] = [0, 1, 2, 3, 4, 5, 6];
const [inString, inEscape, inHex, inLiteral, inNumber] = [7, 8, 9, 10, 11];

const hashStart = 0x811c9dc5 | 0;
const hashStep = (hash: number, byte: number) => Math.imul(hash ^ byte, 0x01000193);

/** The hash that a name written without escapes has in a `NamePath`. */
export const hashOf = (text: string): number => Buffer.from(text).reduce(hashStep, hashStart);

const malformed = () => new JsonError("malformed", "is not JSON");
const notUtf8 = () => new JsonError("not_utf8", "is not UTF-8");

/**
 * Reads a JSON text as its bytes come, in pieces of any length: whether it is one, and within bounds. Keeps nothing of it but what
 * its listener asks for and makes no tree, so that it costs as much as it has bytes, whatever they say.
 */
export class JsonScanner {
  #next = value;
  #depth = 0;
  /** By depth: whether it is an object, and the hash of the name that is being read there. */
  readonly #isObject: Uint8Array;
  readonly #names: Int32Array;
  #members = 0;
  #values = 0;
  #piece: Buffer = Buffer.alloc(0);
  /** Bytes before the piece. */
  #before = 0;
  readonly #utf8 = new Utf8Check();
  /** Of the token that is being read. */
  #tokenStart = 0;
  #isName = false;
  #hash = hashStart;
  #hexLeft = 0;
  #literal = "";
  #literalAt = 0;
  #digits = 0;
  /** What is being kept of the text: from where (-1: nothing), and what of it was in pieces before this one. */
  #keptFrom = -1;
  #kept: Buffer[] = [];
  #valueStart = 0;
  #valueFirst = 0;
  #wanted = 0;
  /** The beginning of a string that is told, and how many bytes it may still get; -1: the string is not told. */
  #head = "";
  #headLeft = -1;
  readonly #path: NamePath;

  constructor(
    private readonly bounds: JsonBounds,
    private readonly listener?: MemberListener,
  ) {
    this.#isObject = new Uint8Array(bounds.depth + 1);
    this.#names = new Int32Array(bounds.depth + 1);
    this.#path = { names: this.#names, depth: 0 };
  }

  /**
   * Reads the next piece.
   *
   * @throws JsonError, and whatever the listener throws
   */
  push(piece: Buffer): void {
    if (!this.#utf8.push(piece)) throw notUtf8();
    this.#piece = piece;
    let i = 0;
    while (i < piece.length) {
      if (this.#next < inString) this.#between(piece[i] as number, this.#before + i++);
      else if (this.#next === inString) i = this.#readString(piece, i);
      else if (this.#next === inNumber) i = this.#readNumber(piece, i);
      else if (this.#next === inLiteral) i = this.#readLiteral(piece, i);
      else this.#readEscape(piece[i++] as number);
    }
    if (this.#keptFrom >= 0) this.#kept.push(piece.subarray(Math.max(0, this.#keptFrom - this.#before)));
    this.#before += piece.length;
    if (this.#wanted > 0 && this.#keptFrom >= 0) this.#checkWanted(this.#before);
  }

  /**
   * Ends the text.
   *
   * @throws JsonError when it is not complete
   */
  end(): void {
    if (!this.#utf8.isComplete) throw notUtf8();
    this.#piece = Buffer.alloc(0);
    if (this.#next === inNumber) this.#endNumber(this.#before);
    if (this.#next !== nothing) throw malformed();
  }

  /** Takes a byte that is within no token. */
  #between(byte: number, offset: number): void {
    if (byte === 32 || byte === 10 || byte === 13 || byte === 9) return;
    const next = this.#next;
    if (next === commaOrEnd) {
      const isObject = this.#isObject[this.#depth] === 1;
      if (byte === comma) this.#next = isObject ? name : value;
      else if (byte === (isObject ? closeBrace : closeBracket)) this.#close(offset);
      else throw malformed();
    } else if (next === nameEnd) {
      if (byte !== colon) throw malformed();
      this.#next = value;
    } else if (next === name || next === nameOrEnd) {
      if (byte === quote) this.#beginName(offset);
      else if (byte === closeBrace && next === nameOrEnd) this.#close(offset);
      else throw malformed();
    } else if (next === valueOrEnd && byte === closeBracket) this.#close(offset);
    else if (next === value || next === valueOrEnd) this.#beginValue(byte, offset);
    else throw malformed();
  }

  #beginName(offset: number): void {
    if (++this.#members > this.bounds.members)
      throw new JsonError("too_many_members", `has more than ${count(this.bounds.members)} members`);
    this.#isName = true;
    this.#hash = hashStart;
    this.#tokenStart = offset;
    this.#next = inString;
    if (this.#depth === 1 && this.listener) this.#keptFrom = offset;
  }

  #beginValue(byte: number, offset: number): void {
    if (++this.#values > this.bounds.values)
      throw new JsonError("too_many_values", `has more than ${count(this.bounds.values)} values`);
    if (this.#isHeard) {
      this.#valueStart = offset;
      this.#valueFirst = byte;
      if (this.#wanted > 0) this.#keptFrom = offset;
    }
    this.#tokenStart = offset;
    if (byte === quote) {
      this.#isName = false;
      this.#next = inString;
      this.#head = "";
      const isTold =
        this.#isObject[this.#depth] === 1 && this.listener?.strings?.has(this.#names[this.#depth] as number);
      this.#headLeft = isTold ? longestHead : -1;
    } else if (byte === openBrace || byte === openBracket) this.#open(byte === openBrace);
    else if (byte === minus || (byte >= zero && byte <= nine)) {
      this.#digits = digitsOf(byte);
      this.#next = inNumber;
    } else {
      const literal = literalOf(byte);
      if (literal === undefined) throw malformed();
      this.#literal = literal;
      this.#literalAt = 1;
      this.#next = inLiteral;
    }
  }

  /** Whether this is at the members of the outermost object, and they are listened to. */
  get #isHeard(): boolean {
    return this.#depth === 1 && this.#isObject[1] === 1 && this.listener !== undefined;
  }

  #open(isObject: boolean): void {
    const depth = ++this.#depth;
    if (depth > this.bounds.depth)
      throw new JsonError("too_deep", `is nested more than ${count(this.bounds.depth)} deep`);
    this.#isObject[depth] = isObject ? 1 : 0;
    // What is in a list belongs to the member whose value the list is.
    this.#names[depth] = isObject ? 0 : (this.#names[depth - 1] as number);
    this.#next = isObject ? nameOrEnd : valueOrEnd;
  }

  #close(offset: number): void {
    if (this.listener?.onObject && this.#isObject[this.#depth] === 1) {
      this.#path.depth = this.#depth;
      this.listener.onObject(this.#path);
    }
    this.#depth--;
    this.#endValue(offset + 1);
  }

  #endValue(end: number): void {
    this.#next = this.#depth === 0 ? nothing : commaOrEnd;
    if (!this.#isHeard) return;
    if (this.#wanted > 0) this.#checkWanted(end);
    const text = this.#wanted > 0 ? this.#takeKept(end) : undefined;
    this.#wanted = 0;
    this.listener?.onValue(this.#valueStart, end, this.#valueFirst, text);
  }

  #checkWanted(end: number): void {
    if (this.#depth >= 1 && end - this.#valueStart > this.#wanted && !this.#isName)
      throw new JsonError(
        "too_long",
        `has a value of more than ${count(this.#wanted)} bytes where a short one belongs`,
      );
  }

  #takeKept(end: number): string {
    const from = Math.max(0, this.#keptFrom - this.#before);
    this.#keptFrom = -1;
    if (this.#kept.length === 0) return this.#piece.toString("utf8", from, end - this.#before);
    const text = Buffer.concat([...this.#kept, this.#piece.subarray(from, end - this.#before)]).toString("utf8");
    this.#kept = [];
    return text;
  }

  #readString(piece: Buffer, from: number): number {
    const { length } = piece;
    let i = from;
    let byte = 0;
    if (this.#isName) {
      let hash = this.#hash;
      for (; i < length; i++) {
        byte = piece[i] as number;
        if (byte === quote || byte === backslash || byte < 32) break;
        hash = Math.imul(hash ^ byte, 0x01000193);
      }
      this.#hash = hash;
      if (this.#before + i - this.#tokenStart > this.bounds.nameBytes)
        throw new JsonError("too_long", `has a name of more than ${count(this.bounds.nameBytes)} bytes`);
    } else
      for (; i < length; i++) {
        byte = piece[i] as number;
        if (byte === quote || byte === backslash || byte < 32) break;
      }
    if (this.#headLeft > 0 && !this.#isName) {
      const end = Math.min(i, from + this.#headLeft);
      this.#head += piece.toString("latin1", from, end);
      this.#headLeft -= end - from;
    }
    if (i === length) return i;
    if (byte === backslash) {
      this.#hash = hashStep(this.#hash, backslash);
      this.#next = inEscape;
    } else if (byte !== quote) throw malformed();
    else if (this.#isName) this.#endName(this.#before + i + 1);
    else {
      this.#tellString(this.#before + i - this.#tokenStart - 1);
      this.#endValue(this.#before + i + 1);
    }
    return i + 1;
  }

  #tellString(bytes: number): void {
    if (this.#headLeft < 0) return;
    this.#path.depth = this.#depth;
    this.listener?.onString?.(this.#path, bytes, this.#head);
  }

  #endName(end: number): void {
    this.#names[this.#depth] = this.#hash;
    this.#next = nameEnd;
    this.#isName = false;
    if (!this.#isHeard) return;
    const text = this.#takeKept(end);
    const isShort = end - this.#tokenStart <= longestHeardName;
    const heard = text.includes("\\") && isShort ? String(JSON.parse(text)) : text.slice(1, -1);
    this.#wanted = this.listener?.onMember(isShort ? heard : undefined, this.#tokenStart) ?? 0;
  }

  #readEscape(byte: number): void {
    if (this.#next === inHex) {
      if (!isHex(byte)) throw malformed();
      if (--this.#hexLeft === 0) this.#next = inString;
    } else if (byte === letterU) {
      this.#hexLeft = 4;
      this.#next = inHex;
    } else if (escapes.has(byte)) this.#next = inString;
    else throw malformed();
  }

  #readNumber(piece: Buffer, from: number): number {
    let i = from;
    let digits = this.#digits;
    for (; i < piece.length; i++) {
      const next = afterDigit(digits, piece[i] as number);
      if (next < 0) break;
      digits = next;
    }
    this.#digits = digits;
    if (this.#before + i - this.#tokenStart > this.bounds.numberBytes)
      throw new JsonError("too_long", `has a number of more than ${count(this.bounds.numberBytes)} bytes`);
    if (i < piece.length) this.#endNumber(this.#before + i);
    return i;
  }

  #endNumber(end: number): void {
    if (!isWholeNumber(this.#digits)) throw malformed();
    this.#endValue(end);
  }

  #readLiteral(piece: Buffer, from: number): number {
    let i = from;
    while (i < piece.length && this.#literalAt < this.#literal.length)
      if (piece[i++] !== this.#literal.charCodeAt(this.#literalAt++)) throw malformed();
    if (this.#literalAt === this.#literal.length) this.#endValue(this.#before + i);
    return i;
  }
}

const count = (number: number) => number.toLocaleString("en-US");
