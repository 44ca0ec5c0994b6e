const [lf, cr] = [10, 13];
const emptyLine = "\n\n";
/** More than any event has: each line is looked at by itself. */
const mostLines = 10_000;

/**
 * Cuts a stream of server-sent events into its events, each with the empty line that ends it, in the bytes in which they
 * came. Lines end with LF, CR or both, wherever the pieces that arrive are cut.
 */
export class EventReader {
  #kept: Buffer[] = [];
  #keptBytes = 0;
  #isLineEmpty = true;
  #afterCr = false;
  #hasText = false;
  #lines = 0;

  /** @param most the bytes of an event that has not ended yet */
  constructor(readonly most: number) {}

  /** Whether the event that has not ended yet is longer than allowed, or has more lines. The stream cannot be read on then. */
  get isTooLong(): boolean {
    return this.#keptBytes > this.most || this.#lines > mostLines;
  }

  /** The events that this piece completes. */
  push(piece: Buffer): Buffer[] {
    const events: Buffer[] = [];
    let from = this.#pushWhole(piece, events);
    for (let at = from; at < piece.length; at++) {
      const byte = piece[at];
      if (byte === lf && this.#afterCr) {
        // The second half of a line's end that was seen already.
        this.#afterCr = false;
        continue;
      }
      this.#afterCr = byte === cr;
      if (byte !== lf && byte !== cr) {
        this.#isLineEmpty = false;
        this.#hasText = true;
        continue;
      }
      if (!this.#isLineEmpty) {
        this.#isLineEmpty = true;
        this.#lines++;
        continue;
      }
      if (!this.#hasText) continue;
      // What is left of the same line's end goes with it, if it is here already.
      if (byte === cr && piece[at + 1] === lf) {
        at++;
        this.#afterCr = false;
      }
      events.push(this.#take(piece.subarray(from, at + 1)));
      from = at + 1;
    }
    if (from < piece.length) this.#keep(piece.subarray(from));
    return events;
  }

  /**
   * Takes whole events whose lines end with LF, as nearly all are, from the beginning of a piece: far quicker than byte by byte. Returns
   * where it had to stop.
   */
  #pushWhole(piece: Buffer, events: Buffer[]): number {
    if (this.#keptBytes > 0 || this.#afterCr || piece.includes(cr)) return 0;
    let from = 0;
    // An empty line before an event is a part of it.
    while (from < piece.length && piece[from] !== lf) {
      const end = piece.indexOf(emptyLine, from);
      if (end < 0) break;
      events.push(piece.subarray(from, end + emptyLine.length));
      from = end + emptyLine.length;
    }
    return from;
  }

  /** What has come after the last event that has ended. */
  rest(): Buffer {
    return this.#take(Buffer.alloc(0));
  }

  #take(end: Buffer): Buffer {
    const event = this.#keptBytes === 0 ? end : Buffer.concat([...this.#kept, end]);
    this.#kept = [];
    this.#keptBytes = 0;
    this.#hasText = false;
    this.#isLineEmpty = true;
    this.#lines = 0;
    return event;
  }

  #keep(part: Buffer): void {
    this.#kept.push(part);
    this.#keptBytes += part.length;
  }
}

/** Returns what an event says: its lines of data, or undefined when it has none, as a comment that keeps a connection alive. */
export function dataOf(event: string): string | undefined {
  return linesOf(event, dataLine);
}

/** Returns what stands in an event's lines `error: …`, as llama.cpp writes them in place of data; undefined: there are none. */
export function errorOf(event: string): string | undefined {
  return linesOf(event, errorLine);
}

function linesOf(text: string, pattern: RegExp): string | undefined {
  // One line, as nearly all have.
  if (text.indexOf("\n") === text.length - 2 && text.endsWith("\n\n") && !text.includes("\r"))
    return pattern.exec(text.slice(0, -2))?.[1];
  let data: string | undefined;
  for (const line of text.split(lineEnd)) {
    const value = pattern.exec(line)?.[1];
    if (value !== undefined) data = data === undefined ? value : `${data}\n${value}`;
  }
  return data;
}

/** Returns the event with other data; its other lines stay. */
export function withData(event: string, data: string): string {
  const others = event.split(lineEnd).filter((line) => line !== "" && !dataLine.test(line));
  const lines = data.split(lineEnd).map((line) => `data: ${line}`);
  return `${[...others, ...lines].join("\n")}\n\n`;
}

const lineEnd = /\r\n|\n|\r/;
const dataLine = /^data(?:: ?(.*))?$/s;
const errorLine = /^error: ?(.*)$/s;
