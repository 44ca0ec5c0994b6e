import type { IncomingHttpHeaders } from "node:http";
import { ServerAnswer } from "@/server/model-servers/server-answer";
import { JsonError } from "@/server/platform/json/bounds";
import { mostPlaces } from "../calls/list-places";
import type { Slice } from "../calls/request";
import type { Members } from "../endpoints/endpoint";
import { invalid } from "../errors/errors";
import { ServerFailure } from "../errors/upstream-error";
import { longestAnswer } from "./answer-reader";
import { type PartAnswer, readPart } from "./part-answer";
import type { UpstreamResponse } from "./questions";
import { brokenAnswer, isOfType, Progress, unusableAnswer } from "./relay";

/**
 * A question is split into at most this many parts. With 32 texts each, the limit of text-embeddings-inference, that
 * is more than 100,000 texts.
 */
const mostParts = 4_096;

/** The number of texts of a question, and the field of the program's request that lists them. */
export type Texts = { texts: number; param: string };

/**
 * Returns the parts in which a server can take these texts; one part with all texts when it accepts them at once.
 *
 * @throws ServerFailure 422 when there would be too many parts
 */
export function slicesOf({ texts, param }: Texts, most: number | undefined): Slice[] {
  if (most === undefined || texts <= most) return [{ begin: 0, end: texts }];
  const longest = Math.min(mostPlaces, most * mostParts);
  if (texts > longest)
    throw tooMany(param, `has ${written(texts)} texts, and this model takes ${written(longest)} at most.`, false);
  return Array.from({ length: Math.ceil(texts / most) }, (_, i) => ({
    begin: i * most,
    end: Math.min(texts, (i + 1) * most),
  }));
}

/** Returns the refusal of more texts than can be requested in parts. */
function tooMany(param: string, what: string, isFinal: boolean): ServerFailure {
  const { error } = invalid(param, `${param} ${what} Send fewer in one request.`);
  return new ServerFailure(error, "too_many_texts", { isFinal });
}

/** Returns the refusal of texts for which a server's answer was too long. It would be as long at another server. */
export const tooLongFor = ({ texts, param }: Texts): ServerFailure =>
  tooMany(
    param,
    `has ${written(texts)} texts, and the answer to them is longer than ${answerMegabytes} MB, or says too much.`,
    true,
  );

const answerMegabytes = longestAnswer / 2 ** 20;

const written = (count: number) => count.toLocaleString("en-US");

/** Combines the answers to the parts of a question into one answer: a list with one object per text, by its `index`. */
export class PartAnswers {
  readonly #read: (PartAnswer & { headers: IncomingHttpHeaders })[] = [];
  #begun: UpstreamResponse | undefined;
  #length = 0;
  #texts = 0;

  /**
   * @param whole the number of all requested texts
   * @param longest the most bytes of all answers together, which are held until the last one has arrived
   */
  constructor(
    private readonly whole: Texts,
    private readonly longest: number = longestAnswer,
  ) {}

  /**
   * Reads the answer to the next part.
   *
   * @throws ServerFailure when it breaks off or is not usable; 422 when the answers would become too long
   */
  async read(begun: UpstreamResponse, count: number): Promise<void> {
    const { response } = begun;
    this.#begun = begun;
    if (!isOfType(response, "application/json")) throw unusableAnswer();
    const { headers } = response;
    try {
      const part = await readPart(response, { count, before: this.#texts }, this.longest - this.#length);
      this.#length += part.length;
      this.#texts += count;
      this.#read.push({ ...part, headers });
      this.#foresee();
    } catch (error) {
      if (error instanceof ServerFailure) throw error;
      throw error instanceof JsonError ? unusableAnswer(error) : brokenAnswer(error, new Progress());
    } finally {
      response.abort();
    }
  }

  /**
   * Stops early when all answers together would become too long, before a server has worked for the rest: vectors
   * have about the same length.
   */
  #foresee(): void {
    const { texts, param } = this.whole;
    if ((this.#length / this.#texts) * texts <= this.longest * 1.25) return;
    const most = Math.floor((this.longest / this.#length) * this.#texts);
    throw tooMany(param, `has ${written(texts)} texts, and the answer has room for about ${written(most)}.`, true);
  }

  /**
   * Returns the combined answer, as if one server had given it. The usage of the parts is added up; when one part
   * states none, the whole has none.
   *
   * @throws ServerFailure when there is no answer
   */
  joined(): UpstreamResponse {
    const [first] = this.#read;
    if (!this.#begun || !first) throw unusableAnswer();
    const { tokensHeader } = this.#begun.answers;
    const headers: IncomingHttpHeaders = { "content-type": "application/json" };
    const tokens = tokensHeader && added(this.#read.map(({ headers }) => numberIn(headers[tokensHeader])));
    if (tokensHeader && tokens !== undefined) headers[tokensHeader] = String(tokens);
    const usage = addedUsage(this.#read.map(({ usage }) => usage));
    const answer = new ServerAnswer(200, headers, { pause() {}, resume() {}, abort() {} });
    answer.push(usage ? withUsage(first.head, usage) : first.head);
    for (const [i, { elements }] of this.#read.entries()) {
      if (i > 0) answer.push(comma);
      answer.push(elements);
    }
    answer.push(first.tail);
    answer.complete();
    return { ...this.#begun, response: answer };
  }
}

const comma = Buffer.from(",");

/** Inserts a usage before the first member of an answer, which begins with these bytes. */
function withUsage(head: Buffer, usage: Members): Buffer {
  const at = head.indexOf("{") + 1;
  return Buffer.concat([head.subarray(0, at), Buffer.from(`"usage":${JSON.stringify(usage)},`), head.subarray(at)]);
}

/** Returns the sums of the numbers that every part's usage has; undefined when a part states no usage. */
function addedUsage(usages: (Members | undefined)[]): Members | undefined {
  const [first] = usages;
  if (!first || usages.some((usage) => usage === undefined)) return undefined;
  const sums = Object.keys(first).flatMap((name) => {
    const sum = added(usages.map((usage) => numberIn(usage?.[name])));
    return sum === undefined ? [] : [[name, sum] as const];
  });
  return Object.fromEntries(sums);
}

/** Returns a number, even if it is written as text; undefined: it is not one. */
function numberIn(value: unknown): number | undefined {
  if (typeof value === "number") return value;
  return typeof value === "string" && /^\d{1,9}$/.test(value) ? Number(value) : undefined;
}

const added = (numbers: (number | undefined)[]): number | undefined =>
  numbers.reduce((sum, number) => (sum === undefined || number === undefined ? undefined : sum + number), 0);
