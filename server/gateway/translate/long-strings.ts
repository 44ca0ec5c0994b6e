import { randomUUID } from "node:crypto";
import { parseWork, writeWork } from "@/server/platform/json/work";
import type { Members } from "./members";

/** Bytes from which a string is not parsed but carried over: images in base64 are what makes a body long. */
const longest = 64 * 1024;
/** Bytes of a string's beginning that stay where they are, for what looks at how a string begins. */
const headBytes = 256;

const [quote, backslash] = [34, 92];

/** Where all strings are short: in what an answer may repeat. */
const carrying = new Set(["input", "messages"]);

/** A body's value, with marks in place of long strings, and how what is made of it becomes bytes again. */
export type ShortenedBody = {
  value: Members;
  /** Writes a value as JSON, with the long strings in place of their marks. */
  write(value: unknown): Generator<undefined, Buffer[]>;
  /** Returns a value of the body, or made of it, with the long strings in place of their marks. */
  restore(value: unknown): Generator<undefined, unknown>;
};

/** How many strings are passed between two turns. */
const stride = 500;

/**
 * Parses a body without what its long strings say, so that it costs little however long they are. Strings with escapes are parsed as they are:
 * the others are the same bytes in JSON, and in JSON within JSON. All of this is work that yields (`server/platform/turns.ts`), for a body may
 * have a hundred thousand values.
 *
 * @param parts the bytes of a JSON object, valid and within bounds
 */
export function* shortenBody(parts: readonly Buffer[]): Generator<undefined, ShortenedBody> {
  const bytes = Buffer.concat(parts);
  const long = new LongStrings();
  let text = "";
  let from = 0;
  let passed = 0;
  for (let start = bytes.indexOf(quote); start >= 0; ) {
    const end = endOfString(bytes, start);
    if (end - start > longest && bytes.subarray(start, end).indexOf(backslash) < 0) {
      const cut = afterCharacter(bytes, start + headBytes);
      text += bytes.toString("utf8", from, cut) + long.markFor(bytes.subarray(cut, end));
      from = end;
    }
    if (++passed % stride === 0) yield;
    start = bytes.indexOf(quote, end + 1);
  }
  const value = (yield* parseWork(text + bytes.toString("utf8", from))) as Members;
  for (const name in value) if (!carrying.has(name)) value[name] = yield* long.restore(value[name]);
  return { value, write: (made) => long.write(made), restore: (made) => long.restore(made) };
}

class LongStrings {
  readonly #nonce = randomUUID();
  readonly #strings: Buffer[] = [];

  markFor(bytes: Buffer): string {
    return `<${this.#nonce}:${this.#strings.push(bytes) - 1}>`;
  }

  *write(value: unknown): Generator<undefined, Buffer[]> {
    const written: Buffer[] = [];
    const mark = new RegExp(`<${this.#nonce}:(\\d+)>`);
    for (const text of yield* writeWork(value)) {
      // The numbers of the strings are every second piece.
      for (const [i, piece] of (this.#strings.length === 0 ? [text] : text.split(mark)).entries())
        written.push(i % 2 === 0 ? Buffer.from(piece) : (this.#strings[Number(piece)] as Buffer));
      yield;
    }
    return written;
  }

  *restore(value: unknown): Generator<undefined, unknown> {
    if (this.#strings.length === 0 || typeof value === "boolean") return value;
    const written = yield* this.write(value);
    const isWithout = !written.some((part) => this.#strings.includes(part));
    return isWithout ? value : yield* parseWork(Buffer.concat(written).toString("utf8"));
  }
}

/** Returns the offset of the quote that ends a string. */
function endOfString(bytes: Buffer, start: number): number {
  let end = bytes.indexOf(quote, start + 1);
  while (isEscaped(bytes, end)) end = bytes.indexOf(quote, end + 1);
  return end;
}

function isEscaped(bytes: Buffer, at: number): boolean {
  let backslashes = 0;
  while (bytes[at - 1 - backslashes] === backslash) backslashes++;
  return backslashes % 2 === 1;
}

/** Returns the offset at or after this one at which a character begins. */
function afterCharacter(bytes: Buffer, at: number): number {
  let end = at;
  while (((bytes[end] ?? 0) & 0xc0) === 0x80) end++;
  return end;
}
