import { createReadStream } from "node:fs";

/** The longest line. A longer one is a mistake, and is not kept in memory. */
const mostLineBytes = 4 * 1024 * 1024;

/** One line that is not blank: its number, counted from 1, and its text, or the reason why it cannot be read. */
export interface Line {
  number: number;
  text?: string;
  reason?: string;
}

/** Yields the lines of a UTF-8 file, read piece by piece, without blank ones. Throws errors of reading. */
export async function* readLines(file: string): AsyncGenerator<Line> {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  let number = 0;
  let parts: Buffer[] = [];
  let size = 0;
  const finish = (): Line | undefined => {
    number++;
    const bytes = Buffer.concat(parts);
    const isTooLong = size > mostLineBytes;
    parts = [];
    size = 0;
    if (isTooLong) return { number, reason: "is longer than 4 MB" };
    try {
      const text = decoder.decode(bytes);
      return text.trim() === "" ? undefined : { number, text };
    } catch {
      return { number, reason: "is not UTF-8" };
    }
  };
  for await (const piece of createReadStream(file, { highWaterMark: 256 * 1024 }) as AsyncIterable<Buffer>) {
    let from = 0;
    for (;;) {
      const end = piece.indexOf(0x0a, from);
      const part = piece.subarray(from, end < 0 ? piece.length : end);
      size += part.length;
      if (size <= mostLineBytes) parts.push(part);
      else parts = [];
      if (end < 0) break;
      const line = finish();
      if (line) yield line;
      from = end + 1;
    }
  }
  if (size > 0) {
    const line = finish();
    if (line) yield line;
  }
}
