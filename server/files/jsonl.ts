import { isUtf8 } from "node:buffer";
import type { FilePurpose, SampleType } from "@/db/schema/files";
import { JsonError } from "@/server/platform/json/bounds";
import { parseJson } from "@/server/platform/json/parse";
import { inTurns } from "@/server/platform/turns";
import { type Flaw, type FlawCode, longestLine } from "./input";
import { type Rule, ruleFor } from "./samples";

/** The result of checking a JSONL file. */
export type JsonlReport = {
  sampleType: SampleType | null;
  /** The number of samples: lines that are not blank. */
  samples: number;
  /** The first flaws, at most `mostFlaws`. */
  flaws: Flaw[];
};

export const mostFlaws = 10;

const [lineFeed, carriageReturn, nul] = [10, 13, 0];
const byteOrderMark = Buffer.from([0xef, 0xbb, 0xbf]);

/** The number of bytes that are searched at once; they can contain hundreds of lines. */
const step = 1_024;

/**
 * Checks JSONL in chunks of any length, and keeps at most one line of it. While the purpose is not known, as in a form
 * whose fields come after its file, the rules of all purposes are checked. Blank lines, CRLF and a byte order mark are
 * accepted.
 */
export class JsonlCheck {
  #line = 0;
  #samples = 0;
  /** The beginning of an unfinished line, and how many bytes of the buffer it has. */
  #held = Buffer.alloc(0);
  #length = 0;
  /** Whether the current line is too long: nothing of it is kept. */
  #isSkipping = false;
  readonly #rules = new Map<FilePurpose, { rule: Rule; flaws: Flaw[] }>();

  /** @param purpose the file's purpose if it is known: then only its rules are checked */
  constructor(purpose?: FilePurpose) {
    for (const each of purpose ? [purpose] : (["fine-tune", "batch"] as const)) {
      const rule = ruleFor(each);
      if (rule) this.#rules.set(each, { rule, flaws: [] });
    }
  }

  /** Whether checking further is useless: each rule has found as many flaws as are reported. */
  get isHopeless(): boolean {
    return this.#rules.size > 0 && [...this.#rules.values()].every(({ flaws }) => flaws.length >= mostFlaws);
  }

  /** Takes the next chunk like `add`, but yields to other work however many lines it has. */
  async take(piece: Uint8Array): Promise<void> {
    if (piece.length <= step || this.#rules.size === 0) return this.add(piece);
    let at = 0;
    await inTurns(() => {
      this.add(piece.subarray(at, at + step));
      at += step;
      return at < piece.length && !this.isHopeless;
    });
  }

  /** Takes the next chunk. When checking further is useless, nothing is checked. */
  add(piece: Uint8Array): void {
    if (this.#rules.size === 0 || this.isHopeless) return;
    const bytes = Buffer.from(piece.buffer, piece.byteOffset, piece.byteLength);
    let from = 0;
    for (let end = bytes.indexOf(lineFeed); end !== -1; end = bytes.indexOf(lineFeed, from)) {
      this.#endLine(bytes.subarray(from, end));
      from = end + 1;
    }
    if (from < bytes.length) this.#hold(bytes.subarray(from));
  }

  /** Ends the file and returns its report for this purpose. Must be called once, after the last chunk. */
  end(purpose: FilePurpose): JsonlReport {
    if (this.#length > 0 || this.#isSkipping) this.#endLine(Buffer.alloc(0));
    const checked = this.#rules.get(purpose);
    return { sampleType: checked?.rule.type() ?? null, samples: this.#samples, flaws: checked?.flaws ?? [] };
  }

  /** Copied into one buffer: a line may come in a million chunks, and each chunk may be a part of a larger buffer. */
  #hold(piece: Buffer): void {
    const length = this.#length + piece.length;
    if (this.#isSkipping || length > longestLine) {
      this.#isSkipping = true;
      this.#length = 0;
      return;
    }
    if (length > this.#held.length) {
      const larger = Buffer.allocUnsafe(Math.min(longestLine, Math.max(4096, 2 * length)));
      this.#held.copy(larger, 0, 0, this.#length);
      this.#held = larger;
    }
    piece.copy(this.#held, this.#length);
    this.#length = length;
  }

  #endLine(rest: Buffer): void {
    this.#line += 1;
    const isHeld = this.#length > 0 || this.#isSkipping;
    if (isHeld) this.#hold(rest);
    const line = isHeld ? this.#held.subarray(0, this.#length) : rest;
    const isTooLong = this.#isSkipping || line.length > longestLine;
    this.#isSkipping = false;
    this.#length = 0;
    const isFirst = this.#line === 1 && line.subarray(0, 3).equals(byteOrderMark);
    const flaw = isTooLong ? "too_long" : this.#judge(isFirst ? line.subarray(3) : line);
    if (flaw) this.#tell(flaw);
  }

  /** Returns the fault of a line for every purpose; faults for one purpose are kept by its rule. */
  #judge(line: Buffer): FlawCode | undefined {
    if (isBlank(line)) return undefined;
    this.#samples += 1;
    if (!isUtf8(line)) return "not_utf8";
    let sample: unknown;
    try {
      sample = parseJson(line);
    } catch (error) {
      if (error instanceof JsonError && error.isExcess) return "too_complex";
      return line.includes(nul) ? "nul" : "not_json";
    }
    if (typeof sample !== "object" || sample === null || Array.isArray(sample)) return "not_object";
    for (const { rule, flaws } of this.#rules.values()) {
      const code = rule.judge(sample as Record<string, unknown>);
      if (code && flaws.length < mostFlaws) flaws.push({ line: this.#line, code });
    }
    return undefined;
  }

  #tell(code: FlawCode): void {
    for (const { flaws } of this.#rules.values()) if (flaws.length < mostFlaws) flaws.push({ line: this.#line, code });
  }
}

function isBlank(line: Buffer): boolean {
  for (const byte of line) if (byte !== 32 && byte !== 9 && byte !== carriageReturn) return false;
  return true;
}
