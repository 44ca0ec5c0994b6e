import type { Edit } from "./body-parts";

const [quote, openBracket, closeBracket, comma] = [34, 91, 93, 44];

/** Of a list with more elements no places are kept: its parts would be asked for longer than a request may take. */
export const mostPlaces = 30_000;

/** Notes where the elements of one member's list are while a body comes, so that a part of the list can be sent in its place. */
export class ListPlaces {
  #isReading = false;
  #times = 0;
  #from = 0;
  #to = 0;
  /** Of the first elements. */
  #starts: number[] = [];
  #count = 0;
  #isOfTexts = true;

  /** @param name of the member; another one is left alone */
  constructor(private readonly name: string) {}

  /** A member begins. `folded`: its name in lower case. */
  begin(name: string, folded: string): void {
    this.#isReading = name === this.name;
    // Which of two a server reads is not known.
    if (folded === this.name) this.#times++;
  }

  /** An element begins that is text, or a list of tokens; of numbers by themselves the list is one text. */
  addElement(first: number, offset: number): void {
    if (!this.#isReading) return;
    if (first !== quote && first !== openBracket) this.#isOfTexts = false;
    if (this.#count++ < mostPlaces) this.#starts.push(offset);
  }

  end(from: number, to: number): void {
    if (!this.#isReading) return;
    [this.#from, this.#to, this.#isReading] = [from, to, false];
  }

  /** How many elements it has; 0: it is no list of texts. */
  get count(): number {
    return this.#isOfTexts && this.#times === 1 ? this.#count : 0;
  }

  /**
   * Returns what makes the list one of only some of its elements, from one place on and up to another. It has at most `mostPlaces`.
   */
  only(parts: readonly Buffer[], begin: number, end: number): Edit {
    const [from, to] = [this.#starts[begin] ?? this.#to, this.#starts[end] ?? this.#to];
    const bytes = between(parts, from, to);
    // What ends with the next element's place, or the list, has a comma or a bracket behind its last element.
    const last = Math.max(bytes.lastIndexOf(end < this.#starts.length ? comma : closeBracket), 0);
    return { from: this.#from, to: this.#to, bytes: Buffer.concat([open, bytes.subarray(0, last), close]) };
  }
}

const [open, close] = [Buffer.from("["), Buffer.from("]")];

/** Returns the bytes from one offset up to another. */
function between(parts: readonly Buffer[], from: number, to: number): Buffer {
  const found: Buffer[] = [];
  let before = 0;
  for (const part of parts) {
    if (before + part.length > from && before < to)
      found.push(part.subarray(Math.max(0, from - before), Math.min(part.length, to - before)));
    before += part.length;
  }
  return Buffer.concat(found);
}
