import type { ServerAnswer } from "@/server/model-servers/server-answer";
import { answerBounds, JsonError, translatedBounds } from "@/server/platform/json/bounds";
import { feed } from "@/server/platform/json/feed";
import type { MemberListener } from "@/server/platform/json/members";
import { hashOf, type NamePath } from "@/server/platform/json/nesting";
import { tryParseJson } from "@/server/platform/json/parse";
import { JsonScanner } from "@/server/platform/json/scanner";
import { BodyParts, edited } from "../calls/body-parts";
import { usageIn } from "../calls/usage-dialects";
import type { AnswerReading } from "../endpoints/endpoint";
import { TooLongAnswer } from "./relay";

/** The longest answer, in bytes: enough for a thousand embeddings of a few thousand numbers each. */
export const longestAnswer = 128 * 1024 * 1024;
/** The longest answer, in bytes, that is translated, for which all of it is parsed into a tree. */
const longestTranslated = 16 * 1024 * 1024;
/** The longest answer, in bytes, that is parsed into a tree when nothing else says what was used. */
const longestTree = 1024 * 1024;
const openBracket = 91;
/** The depth of the objects in a list that is a member of the answer. */
const itemDepth = 3;

/** The members that are read, and the most bytes of each. */
const wanted = new Map([
  ["model", 4_096],
  ["usage", 65_536],
  ["usage_info", 65_536],
  ["x_groq", 65_536],
  ["timings", 65_536],
  ["error", 65_536],
  ["meta", 65_536],
  ["duration", 4_096],
]);

type Found = { from: number; to: number; value: unknown };

/** A whole answer in the pieces in which it arrived, with what was read of it. */
export class WholeAnswer implements MemberListener {
  readonly parts = new BodyParts();
  readonly #found = new Map<string, Found>();
  readonly #lists = new Set<string>();
  #name: string | undefined;
  #items = 0;
  readonly #itemsOf: number | undefined;

  /** @param itemsOf the name of the list whose objects are counted */
  constructor(itemsOf?: string) {
    this.#itemsOf = itemsOf === undefined ? undefined : hashOf(itemsOf);
  }

  /** The number of objects in that list. */
  get items(): number {
    return this.#items;
  }

  onObject({ names, depth }: NamePath): void {
    if (depth === itemDepth && names[1] === this.#itemsOf) this.#items++;
  }

  onMember(name: string | undefined): number {
    this.#name = name;
    return wanted.get(name ?? "") ?? 0;
  }

  onValue(from: number, to: number, first: number, value: unknown): void {
    if (this.#name === undefined) return;
    if (first === openBracket) this.#lists.add(this.#name);
    else this.#lists.delete(this.#name);
    if (value !== undefined) this.#found.set(this.#name, { from, to, value });
  }

  /** Returns whether the member with this name is a list. */
  hasList(name: string): boolean {
    return this.#lists.has(name);
  }

  /** Whether the answer has a member `error` that is not empty. */
  get hasError(): boolean {
    const { value } = this.#found.get("error") ?? {};
    return typeof value === "object" ? value !== null : typeof value === "string" && value !== "";
  }

  /** The usage that the answer states, in whichever place; undefined: it states none. */
  get usage(): Record<string, unknown> | undefined {
    return usageIn(Object.fromEntries([...this.#found].map(([name, { value }]) => [name, value])));
  }

  /** The parsed answer, or undefined when it is too long to be parsed. */
  get tree(): unknown {
    return this.parts.length > longestTree ? undefined : tryParseJson(Buffer.concat(this.parts.end()));
  }

  /** Returns the answer byte for byte, except for another name of the model. */
  sent(rename: string | undefined): Buffer[] {
    const model = this.#found.get("model");
    const parts = this.parts.end();
    if (rename === undefined || typeof model?.value !== "string") return parts;
    return edited(parts, [{ ...model, bytes: Buffer.from(JSON.stringify(rename)) }]);
  }
}

/**
 * Reads a whole answer, of any length, without blocking others.
 *
 * @param answers which list's objects are counted, and whether the answer may itself be a list
 * @param isTranslated whether the answer is parsed into a tree later
 * @param onPiece called for each piece that arrives
 * @returns undefined when the answer is neither an object nor an allowed list
 * @throws JsonError when it is not JSON; TooLongAnswer when it is beyond the bounds; and when the connection breaks
 */
export async function readAnswer(
  answer: ServerAnswer,
  { itemsOf, mayBeList }: Pick<AnswerReading, "itemsOf" | "mayBeList">,
  isTranslated: boolean,
  onPiece: () => void,
): Promise<WholeAnswer | undefined> {
  const whole = new WholeAnswer(itemsOf);
  const scanner = new JsonScanner(isTranslated ? translatedBounds : answerBounds, whole);
  const longest = isTranslated ? longestTranslated : longestAnswer;
  try {
    await answer.read((piece) => {
      onPiece();
      if (whole.parts.length + piece.length > longest) throw new TooLongAnswer("an answer is too long");
      whole.parts.add(piece);
      return feed(scanner, piece, whole.parts.length);
    });
    scanner.end();
  } catch (error) {
    if (error instanceof JsonError && error.isExcess) throw new TooLongAnswer(`an answer ${error.message}`);
    throw error;
  }
  return scanner.isObject || mayBeList ? whole : undefined;
}
