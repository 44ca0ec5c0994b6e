import { type JsonBounds, JsonError, written } from "./bounds";
import { longestHead, MemberCollector, type MemberListener } from "./members";
import { hashStart, hashStep, Nesting } from "./nesting";
import { afterDigit, digitsOf, escapes, isHex, isWholeNumber, literalOf } from "./tokens";
import { Utf8Check } from "./utf8-check";

const [quote, backslash, comma, colon, minus] = [34, 92, 44, 58, 45];
const [openBrace, closeBrace, openBracket, closeBracket] = [123, 125, 91, 93];
const [zero, nine, letterU] = [48, 57, 117];

/** The states of the scanner: what may come next between tokens, or which token is being read. */
const [value, valueOrEnd, name, nameOrEnd, nameEnd, commaOrEnd, nothing] = [0, 1, 2, 3, 4, 5, 6];
const [inString, inEscape, inHex, inLiteral, inNumber] = [7, 8, 9, 10, 11];

const malformed = () => new JsonError("malformed", "is not JSON");
const notUtf8 = () => new JsonError("not_utf8", "is not UTF-8");
const noBytes = Buffer.alloc(0);

/**
 * Checks a JSON text while its bytes arrive, in pieces of any length: whether it is valid and within bounds. It
 * builds no tree and keeps only what its listener asks for, so its cost grows with the length only, whatever the text
 * contains.
 */
export class JsonScanner {
  #next = value;
  readonly #nesting: Nesting;
  #members = 0;
  #values = 0;
  #piece: Buffer = noBytes;
  /** The number of bytes before the present piece. */
  #before = 0;
  readonly #utf8 = new Utf8Check();
  /** About the token that is being read. */
  #tokenStart = 0;
  #isName = false;
  #hash = hashStart;
  #hexLeft = 0;
  #literal = "";
  #literalAt = 0;
  #digits = 0;
  /**
   * The beginning of a string that the listener wants, and how many more bytes of it are kept; -1: the listener does
   * not want it.
   */
  #head = "";
  #headLeft = -1;
  readonly #outer: MemberCollector | undefined;

  constructor(
    private readonly bounds: JsonBounds,
    private readonly listener?: MemberListener,
  ) {
    this.#nesting = new Nesting(bounds.depth);
    this.#outer = listener && new MemberCollector(listener);
  }

  /** Whether the text is an object, as far as it has arrived. */
  get isObject(): boolean {
    return this.#nesting.isOuterObject;
  }

  /**
   * Reads the next piece.
   *
   * @throws JsonError, and any error of the listener
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
    this.#outer?.endPiece(piece, this.#before);
    this.#before += piece.length;
  }

  /**
   * Ends the text.
   *
   * @throws JsonError when it is not complete
   */
  end(): void {
    if (!this.#utf8.isComplete) throw notUtf8();
    this.#piece = noBytes;
    if (this.#next === inNumber) this.#endNumber(this.#before);
    if (this.#next !== nothing) throw malformed();
  }

  /** Takes a byte outside of strings, numbers and literals. */
  #between(byte: number, offset: number): void {
    if (byte === 32 || byte === 10 || byte === 13 || byte === 9) return;
    const next = this.#next;
    if (next === commaOrEnd) {
      const isObject = this.#nesting.isInObject;
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
      throw new JsonError("too_many_members", `has more than ${written(this.bounds.members)} members`);
    this.#isName = true;
    this.#hash = hashStart;
    this.#tokenStart = offset;
    this.#next = inString;
    if (this.#nesting.depth === 1) this.#outer?.beginName(offset);
  }

  #beginValue(byte: number, offset: number): void {
    if (++this.#values > this.bounds.values)
      throw new JsonError("too_many_values", `has more than ${written(this.bounds.values)} values`);
    if (this.#nesting.isAtMembers) this.#outer?.beginValue(offset, byte);
    else if (this.#nesting.depth === 2 && !this.#nesting.isInObject) this.listener?.onElement?.(byte, offset);
    this.#tokenStart = offset;
    if (byte === quote) {
      this.#isName = false;
      this.#next = inString;
      this.#head = "";
      const { names, depth, isInObject } = this.#nesting;
      const isWanted = isInObject && this.listener?.strings?.has(names[depth] as number);
      this.#headLeft = isWanted ? longestHead : -1;
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

  #open(isObject: boolean): void {
    this.#nesting.open(isObject);
    this.#next = isObject ? nameOrEnd : valueOrEnd;
  }

  #close(offset: number): void {
    if (this.listener?.onObject && this.#nesting.isInObject) this.listener.onObject(this.#nesting, offset + 1);
    this.#nesting.depth--;
    this.#endValue(offset + 1);
  }

  #endValue(end: number): void {
    this.#next = this.#nesting.depth === 0 ? nothing : commaOrEnd;
    if (this.#nesting.isAtMembers) this.#outer?.endValue(end, this.#piece, this.#before);
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
        throw new JsonError("too_long", `has a name of more than ${written(this.bounds.nameBytes)} bytes`);
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
      this.#endString(this.#before + i - this.#tokenStart - 1);
      this.#endValue(this.#before + i + 1);
    }
    return i + 1;
  }

  #endString(bytes: number): void {
    if (this.#headLeft < 0) return;
    this.listener?.onString?.(this.#nesting, bytes, this.#head);
  }

  #endName(end: number): void {
    this.#nesting.names[this.#nesting.depth] = this.#hash;
    this.#next = nameEnd;
    this.#isName = false;
    if (this.#nesting.depth === 1) this.#outer?.endName(end, this.#piece, this.#before);
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
      throw new JsonError("too_long", `has a number of more than ${written(this.bounds.numberBytes)} bytes`);
    if (i < piece.length) this.#endNumber(this.#before + i);
    return i;
  }

  #endNumber(end: number): void {
    if (!isWholeNumber(this.#digits)) throw malformed();
    if (this.listener?.onNumber && this.#nesting.isInObject)
      this.listener.onNumber(this.#nesting, this.#tokenStart, end);
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
