const [lf, cr] = [10, 13];
const emptyLine = "\n\n";
/** The most lines of an event: each costs a look of its own. */
const mostLines = 10_000;

/**
 * Splits a stream of server-sent events into events. Each event keeps its bytes, including the empty line at its end.
 * Lines end with LF, CR or both, and the pieces that arrive may be split anywhere.
 */
export class EventReader {
  #kept: Buffer[] = [];
  #keptBytes = 0;
  #isLineEmpty = true;
  #afterCr = false;
  #hasText = false;
  #lines = 0;

  /** @param most the most bytes of an unfinished event */
  constructor(readonly most: number) {}

  /** Whether the unfinished event has more bytes or lines than allowed. The stream cannot be read further then. */
  get isTooLong(): boolean {
    return this.#keptBytes > this.most || this.#lines > mostLines;
  }

  /** Adds a piece and returns the events that it completes. */
  push(piece: Buffer): Buffer[] {
    const events: Buffer[] = [];
    let from = this.#pushWhole(piece, events);
    for (let at = from; at < piece.length; at++) {
      const byte = piece[at];
      if (byte === lf && this.#afterCr) {
        // The second half of a line end whose first half was at the end of the last piece.
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
      // The rest of the same line end, if it has arrived already.
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
   * Takes whole events whose lines end with LF, as almost all do, from the beginning of a piece, which is much faster
   * than byte by byte. Returns where it stopped.
   */
  #pushWhole(piece: Buffer, events: Buffer[]): number {
    if (this.#keptBytes > 0 || this.#afterCr || piece.includes(cr)) return 0;
    let from = 0;
    // An empty line before an event belongs to it.
    while (from < piece.length && piece[from] !== lf) {
      const end = piece.indexOf(emptyLine, from);
      if (end < 0) break;
      events.push(piece.subarray(from, end + emptyLine.length));
      from = end + emptyLine.length;
    }
    return from;
  }

  /** Returns what has arrived after the last complete event. */
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

/** Returns the data of an event; undefined when it has none, such as a comment that keeps a connection open. */
export function dataOf(event: string): string | undefined {
  return linesOf(event, dataLine);
}

/**
 * Returns the text of an event's lines `error: …`, which llama.cpp sends in place of data; undefined: there are none.
 */
export function errorOf(event: string): string | undefined {
  return linesOf(event, errorLine);
}

function linesOf(text: string, pattern: RegExp): string | undefined {
  // A single line, as almost all events have.
  if (text.indexOf("\n") === text.length - 2 && text.endsWith("\n\n") && !text.includes("\r"))
    return pattern.exec(text.slice(0, -2))?.[1];
  let data: string | undefined;
  for (const line of text.split(lineEnd)) {
    const value = pattern.exec(line)?.[1];
    if (value !== undefined) data = data === undefined ? value : `${data}\n${value}`;
  }
  return data;
}

/** Returns the event with other data; its other lines stay the same. */
export function withData(event: string, data: string): string {
  const others = event.split(lineEnd).filter((line) => line !== "" && !dataLine.test(line));
  const lines = data.split(lineEnd).map((line) => `data: ${line}`);
  return `${[...others, ...lines].join("\n")}\n\n`;
}

const lineEnd = /\r\n|\n|\r/;
const dataLine = /^data(?:: ?(.*))?$/s;
const errorLine = /^error: ?(.*)$/s;
