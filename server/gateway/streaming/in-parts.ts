import type { IncomingHttpHeaders } from "node:http";
import { ServerAnswer } from "@/server/model-servers/server-answer";
import { JsonError } from "@/server/platform/json/bounds";
import { parseWork, writeWork } from "@/server/platform/json/work";
import { workInTurns } from "@/server/platform/turns";
import type { Slice } from "../calls/request";
import type { Members } from "../endpoints/endpoint";
import { ServerFailure } from "../errors/upstream-error";
import { membersOf } from "../translate/members";
import { longestAnswer, readAnswer } from "./answer-reader";
import type { UpstreamResponse } from "./questions";
import { brokenAnswer, isOfType, Progress, unusableAnswer } from "./relay";

/** More questions are not made of one: 32 texts each, as text-embeddings-inference has it, are more than 100,000. */
const mostParts = 4_096;

/** Returns the parts in which a server can take so many texts; one, of all: it takes them at once, or they would be too many parts. */
export function slicesOf(texts: number, most: number | undefined): Slice[] {
  const whole = [{ begin: 0, end: texts }];
  if (most === undefined || texts <= most || texts > most * mostParts) return whole;
  return Array.from({ length: Math.ceil(texts / most) }, (_, i) => ({
    begin: i * most,
    end: Math.min(texts, (i + 1) * most),
  }));
}

/** What one part was answered, and how many bytes that has. */
type Said = { value: unknown; bytes: number; texts: number; headers: IncomingHttpHeaders };

/** Makes one answer of those to the parts of a question: a list with one object for each text, by its `index`. */
export class PartAnswers {
  readonly #said: Said[] = [];
  #begun: UpstreamResponse | undefined;

  /**
   * Reads the answer to the next part.
   *
   * @throws ServerFailure when it breaks off, or is none
   */
  async read(begun: UpstreamResponse, texts: number): Promise<void> {
    const { response, answers } = begun;
    this.#begun = begun;
    if (!isOfType(response, "application/json")) throw unusableAnswer();
    const { headers } = response;
    try {
      const answer = await readAnswer(response, { ...answers, mayBeList: true }, () => {});
      if (!answer) throw unusableAnswer();
      const { parts } = answer;
      const value = await workInTurns(parseWork(Buffer.concat(parts.end()).toString("utf8")));
      this.#said.push({ value, bytes: parts.length, texts, headers });
    } catch (error) {
      if (error instanceof ServerFailure) throw error;
      throw error instanceof JsonError ? unusableAnswer(error) : brokenAnswer(error, new Progress());
    } finally {
      response.abort();
    }
    if (this.#said.reduce((sum, { bytes }) => sum + bytes, 0) > longestAnswer) throw unusableAnswer();
  }

  /**
   * Returns the whole answer, as if a server had given it. What the parts say of their usage is added up; where one says nothing, neither does it.
   *
   * @throws ServerFailure when it cannot be made of the parts
   */
  async joined(): Promise<UpstreamResponse> {
    if (!this.#begun) throw unusableAnswer();
    const { tokensHeader } = this.#begun.answers;
    const written = await workInTurns(writeWork(this.#value()));
    const headers: IncomingHttpHeaders = { "content-type": "application/json" };
    const tokens = tokensHeader && added(this.#said.map(({ headers }) => numberIn(headers[tokensHeader])));
    if (tokensHeader && tokens !== undefined) headers[tokensHeader] = String(tokens);
    const answer = new ServerAnswer(200, headers, { pause() {}, resume() {}, abort() {} });
    for (const piece of written) answer.push(Buffer.from(piece));
    answer.complete();
    return { ...this.#begun, response: answer };
  }

  #value(): unknown {
    const all: unknown[] = [];
    let before = 0;
    for (const { value, texts } of this.#said) {
      const list = listIn(value)?.list;
      if (!list) throw unusableAnswer();
      for (const each of list) {
        const item = membersOf(each);
        // One without a place of its own is of the text that it stands at.
        if (item && "index" in item && !isPlace(item.index, texts)) throw unusableAnswer();
        all.push(item && "index" in item ? { ...item, index: before + (item.index as number) } : each);
      }
      before += texts;
    }
    const [first] = this.#said;
    const { name } = listIn(first?.value) ?? {};
    if (name === undefined) return all;
    const { usage: _, ...members } = membersOf(first?.value) ?? {};
    const usage = addedUsage(this.#said.map(({ value }) => membersOf(membersOf(value)?.usage)));
    return { ...members, [name]: all, ...(usage && { usage }) };
  }
}

/** Where the objects for the texts are: in the answer, or in this member of it. */
function listIn(value: unknown): { name?: string; list: unknown[] } | undefined {
  if (Array.isArray(value)) return { list: value };
  for (const name of ["data", "results"]) {
    const list = membersOf(value)?.[name];
    if (Array.isArray(list)) return { name, list };
  }
  return undefined;
}

const isPlace = (index: unknown, texts: number) =>
  Number.isInteger(index) && (index as number) >= 0 && (index as number) < texts;

/** Returns the sums of the numbers that every usage has; undefined when a part says nothing of it. */
function addedUsage(usages: (Members | undefined)[]): Members | undefined {
  const [first] = usages;
  if (!first || usages.some((usage) => usage === undefined)) return undefined;
  const sums = Object.keys(first).flatMap((name) => {
    const sum = added(usages.map((usage) => numberIn(usage?.[name])));
    return sum === undefined ? [] : [[name, sum] as const];
  });
  return Object.fromEntries(sums);
}

/** Returns a number, also one that is written as a text; undefined: it is none. */
function numberIn(value: unknown): number | undefined {
  if (typeof value === "number") return value;
  return typeof value === "string" && /^\d{1,9}$/.test(value) ? Number(value) : undefined;
}

const added = (numbers: (number | undefined)[]): number | undefined =>
  numbers.reduce((sum, number) => (sum === undefined || number === undefined ? undefined : sum + number), 0);
