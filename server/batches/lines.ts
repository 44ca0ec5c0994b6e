import type { Readable } from "node:stream";
import type { BatchError, BatchForm } from "@/db/schema/batches";
import { membersOf } from "@/server/platform/json/member-places";
import { tryParseJson } from "@/server/platform/json/parse";
import { storable } from "@/server/platform/storable";
import type { LineRequest } from "./door";

/** A line of a file that is not blank, with its number, starting at 1. */
export type FileLine = { line: number; text: string };

const lineFeed = 10;

/**
 * Reads the non-blank lines of a file one after the other. Holds at most one line and one chunk in memory.
 *
 * @throws errors of the stream
 */
export async function* linesOf(content: Readable): AsyncGenerator<FileLine> {
  let held: Buffer[] = [];
  let line = 0;
  const end = (rest: Buffer): FileLine | undefined => {
    line += 1;
    const text = Buffer.concat([...held, rest])
      .toString("utf8")
      .replace(/^\ufeff/, "")
      .trim();
    held = [];
    return text === "" ? undefined : { line, text };
  };
  for await (const piece of content as AsyncIterable<Buffer>) {
    let from = 0;
    for (let at = piece.indexOf(lineFeed); at !== -1; at = piece.indexOf(lineFeed, from)) {
      const found = end(piece.subarray(from, at));
      if (found) yield found;
      from = at + 1;
    }
    if (from < piece.length) held.push(piece.subarray(from));
  }
  const last = held.length > 0 ? end(Buffer.alloc(0)) : undefined;
  if (last) yield last;
}

/** The properties of a batch that apply to all its lines. */
export type LinesOf = { endpoint: string; form: BatchForm; model: string | null };

/** A line that can be sent. */
export type BatchLine = { customId: string; request: LineRequest };

export type LineFlaw = Pick<BatchError, "code" | "message" | "param">;

/** The longest `custom_id` of a line, in characters. */
const longestId = 512;

/** Parses a line as a request of its batch, or returns what is wrong with it. */
export function readLine(text: string, { endpoint, form, model }: LinesOf): BatchLine | LineFlaw {
  const line = tryParseJson(text);
  if (!isObject(line)) return flaw("invalid_json_line", "This line is not a JSON object.", null);
  const { custom_id: customId, method, url, body } = line;
  if (typeof customId !== "string" || customId === "" || customId.length > longestId)
    return flaw("invalid_custom_id", `custom_id must be text of 1 to ${longestId} characters.`, "custom_id");
  const namesAll = form === "openai";
  if (namesAll || method !== undefined)
    if (method !== "POST") return flaw("invalid_method", "method must be POST.", "method");
  if (namesAll || url !== undefined)
    if (url !== endpoint) return flaw("mismatched_url", `url must be ${endpoint}, the endpoint of the batch.`, "url");
  if (!isObject(body)) return flaw("invalid_body", "body must be an object.", "body");
  if (body.stream === true) return flaw("invalid_body", "A batch has no streams: leave stream away.", "body.stream");
  const isWithout = !Object.hasOwn(body, "model");
  const named = isWithout ? model : body.model;
  if (typeof named !== "string" || named === "" || storable(named) !== named)
    return flaw("missing_model", "model must be the id of a model.", "body.model");
  const said = bodyIn(text);
  return {
    customId,
    request: { path: endpoint, model: named, body: Buffer.from(isWithout ? withModel(said, named) : said) },
  };
}

/** Returns the body's text unchanged: parsing and serialising could change its numbers. */
function bodyIn(text: string): string {
  const member = membersOf(text).findLast(({ name }) => name === "body");
  if (!member) throw new Error("the body of a parsed line was not found in its text");
  return text.slice(member.valueStart, member.end);
}

function withModel(body: string, model: string): string {
  const rest = body.slice(body.indexOf("{") + 1);
  return `{"model":${JSON.stringify(model)}${rest.trimStart().startsWith("}") ? "" : ","}${rest}`;
}

export const isFlaw = (read: BatchLine | LineFlaw): read is LineFlaw => "code" in read;

const flaw = (code: string, message: string, param: string | null): LineFlaw => ({ code, message, param });

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
