import { type ApiError, invalid, Refusal } from "../errors/errors";

/** A field of a form: where its value stands in the body, and what it says. */
export type FormField = { from: number; to: number; value: string };

const longestHead = 8 * 1024;
const [cr, lf, dash] = [13, 10, 45];
const headEnd = Buffer.from("\r\n\r\n");

const malformed: ApiError = {
  status: 400,
  message: "The body is not a form: multipart/form-data with a boundary, and parts that each have a name.",
  type: "invalid_request_error",
  code: "malformed_body",
};
const bad = () => new Refusal(malformed);

/** Returns the boundary that a Content-Type names; undefined when it is no form's. */
export function boundaryIn(contentType: string): string | undefined {
  const [, quoted, plain] =
    /^multipart\/form-data\s*;(?:[^"]*;)?\s*boundary=(?:"([^"\\\r\n]{1,70})"|([^\s;"]{1,70}))\s*(?:;|$)/i.exec(
      contentType,
    ) ?? [];
  return quoted ?? plain;
}

/** What a part's head says. */
type Head = { name: string; fileName: string | undefined; type: string | undefined };

/**
 * Looks through a form as its bytes come, without keeping or changing them: finds the fields that are wanted, and where its first file begins.
 * Reads strictly, so that no other reader finds another value: a part without a plain name, a field that is there twice, or whose name is
 * another's in capital letters, is refused.
 */
export class FormReader {
  readonly fields = new Map<string, FormField>();
  /** The name and the type of the first file; undefined until it begins. */
  file: { name: string; type: string | undefined } | undefined;
  /** Whether the last boundary has come. */
  isComplete = false;
  readonly #delimiter: Buffer;
  /** What has come and is not looked through, and its offset in the body. */
  #rest: Buffer = Buffer.alloc(0);
  #at = 0;
  #state: "start" | "head" | "value" | "after" | "end" = "start";
  #field: { name: string; most: number; from: number; parts: Buffer[]; length: number } | undefined;

  /** @param wanted the fields that are wanted, and the bytes that each may have */
  constructor(
    boundary: string,
    private readonly wanted: ReadonlyMap<string, number>,
  ) {
    this.#delimiter = Buffer.from(`\r\n--${boundary}`, "latin1");
  }

  /**
   * Reads the next piece.
   *
   * @throws Refusal 400 when it is no form, and 422 for a field that cannot be
   */
  push(piece: Buffer): void {
    this.#rest = this.#rest.length === 0 ? piece : Buffer.concat([this.#rest, piece]);
    while (this.#step());
  }

  /** @throws Refusal 400 when the form has not come to its end */
  end(): void {
    if (!this.isComplete) throw bad();
  }

  /** Returns whether more can be read of what is there. */
  #step(): boolean {
    if (this.#state === "start") return this.#readStart();
    if (this.#state === "after") return this.#readAfter();
    if (this.#state === "head") return this.#readHead();
    if (this.#state === "value") return this.#readValue();
    this.#skip(this.#rest.length);
    return false;
  }

  /** The first boundary has no line before it. */
  #readStart(): boolean {
    const { length } = this.#delimiter;
    if (this.#rest.length < length - 2) return false;
    if (!this.#rest.subarray(0, length - 2).equals(this.#delimiter.subarray(2))) throw bad();
    this.#skip(length - 2);
    this.#state = "after";
    return true;
  }

  /** After a boundary: the end of its line, or the two dashes of the last one. */
  #readAfter(): boolean {
    if (this.#rest.length < 2) return false;
    const [first, second] = this.#rest;
    if (first === dash && second === dash) {
      this.isComplete = true;
      this.#state = "end";
    } else if (first === cr && second === lf) this.#state = "head";
    else throw bad();
    this.#skip(2);
    return true;
  }

  #readHead(): boolean {
    const end = this.#rest.indexOf(headEnd);
    if (end < 0) {
      if (this.#rest.length > longestHead) throw bad();
      return false;
    }
    if (end > longestHead) throw bad();
    const head = readHead(this.#rest.toString("utf8", 0, end));
    this.#skip(end + headEnd.length);
    this.#begin(head);
    this.#state = "value";
    return true;
  }

  #begin({ name, fileName, type }: Head): void {
    this.#field = undefined;
    const folded = name.toUpperCase().toLowerCase();
    const most = this.wanted.get(folded);
    if (fileName !== undefined) this.file ??= { name: fileName, type };
    if (most === undefined) return;
    if (name !== folded) throw invalid(folded, `Write ${folded} in lower case.`);
    if (fileName !== undefined) throw invalid(name, `${name} must be a field, not a file.`);
    if (this.fields.has(name)) throw invalid(name, `${name} is there twice.`);
    this.#field = { name, most, from: this.#at, parts: [], length: 0 };
  }

  #readValue(): boolean {
    const found = this.#rest.indexOf(this.#delimiter);
    // The beginning of a boundary may be at the end.
    const end = found >= 0 ? found : this.#rest.length - this.#delimiter.length + 1;
    if (end > 0) {
      this.#keep(this.#rest.subarray(0, end));
      this.#skip(end);
    }
    if (found < 0) return false;
    const field = this.#field;
    if (field) this.fields.set(field.name, { from: field.from, to: this.#at, value: textOf(field.name, field.parts) });
    this.#field = undefined;
    this.#skip(this.#delimiter.length);
    this.#state = "after";
    return true;
  }

  #keep(part: Buffer): void {
    const field = this.#field;
    if (!field) return;
    field.length += part.length;
    if (field.length > field.most) throw invalid(field.name, `${field.name} is too long.`);
    field.parts.push(part);
  }

  #skip(bytes: number): void {
    this.#rest = this.#rest.subarray(bytes);
    this.#at += bytes;
  }
}

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

function textOf(name: string, parts: Buffer[]): string {
  try {
    return utf8.decode(Buffer.concat(parts));
  } catch {
    throw invalid(name, `${name} is not UTF-8.`);
  }
}

const disposition =
  /^form-data(?:\s*;\s*(?:name|filename)=(?:"(?:[^"\\\r\n]|\\.)*"|[^\s";]+)|\s*;\s*filename\*=[^\s";]+)+\s*$/i;
const parameter = /;\s*(name|filename\*?)=(?:"((?:[^"\\]|\\.)*)"|([^\s";]+))/gi;

/** @throws Refusal 400 when it has no plain name */
function readHead(text: string): Head {
  const headers = new Map<string, string>();
  for (const line of text.split("\r\n")) {
    const [, name, value] = /^([\w-]{1,100}):[ \t]*(.*?)[ \t]*$/.exec(line) ?? [];
    if (name === undefined || value === undefined || headers.has(name.toLowerCase())) throw bad();
    headers.set(name.toLowerCase(), value);
  }
  const said = headers.get("content-disposition") ?? "";
  const encoding = headers.get("content-transfer-encoding") ?? "binary";
  if (!disposition.test(said) || !/^(?:binary|8bit|7bit)$/i.test(encoding)) throw bad();
  const given = new Map<string, string>();
  for (const [, key = "", quoted, plain] of said.matchAll(parameter)) {
    if (given.has(key.toLowerCase())) throw bad();
    given.set(key.toLowerCase(), quoted ?? plain ?? "");
  }
  const name = given.get("name");
  if (name === undefined || name.includes("\\") || name.includes("%")) throw bad();
  return { name, fileName: given.get("filename") ?? given.get("filename*"), type: headers.get("content-type") };
}
