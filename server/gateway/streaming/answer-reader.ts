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

/** A thousand embeddings of a few thousand numbers each. */
export const longestAnswer = 128 * 1024 * 1024;
/** The longest of which another one is made, for which all that it says becomes a tree. */
const longestTranslated = 16 * 1024 * 1024;
/** The longest answer whose tree is made where nothing else says what it has used. */
const longestTree = 1024 * 1024;
const openBracket = 91;
/** Of the objects in a list that is a member of the answer. */
const itemDepth = 3;

/** The members that are understood, and the bytes that each may have. */
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

/** A whole answer in the pieces it came in, and what was understood of it on the way. */
export class WholeAnswer implements MemberListener {
  readonly parts = new BodyParts();
  readonly #found = new Map<string, Found>();
  readonly #lists = new Set<string>();
  #name: string | undefined;
  #items = 0;
  readonly #itemsOf: number | undefined;

  /** @param itemsOf the list whose objects are counted */
  constructor(itemsOf?: string) {
    this.#itemsOf = itemsOf === undefined ? undefined : hashOf(itemsOf);
  }

  /** How many objects the list has. */
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

  /** Whether the member of this name is a list. */
  hasList(name: string): boolean {
    return this.#lists.has(name);
  }

  /** Whether it has a member `error` that says something. */
  get hasError(): boolean {
    const { value } = this.#found.get("error") ?? {};
    return typeof value === "object" ? value !== null : typeof value === "string" && value !== "";
  }

  /** What it says of the usage, wherever it does; undefined when nowhere. */
  get usage(): Record<string, unknown> | undefined {
    return usageIn(Object.fromEntries([...this.#found].map(([name, { value }]) => [name, value])));
  }

  /** All that it says, or undefined where that is too much to be looked at. */
  get tree(): unknown {
    return this.parts.length > longestTree ? undefined : tryParseJson(Buffer.concat(this.parts.end()));
  }

  /** The answer to the byte, but for another name of the model. */
  sent(rename: string | undefined): Buffer[] {
    const model = this.#found.get("model");
    const parts = this.parts.end();
    if (rename === undefined || typeof model?.value !== "string") return parts;
    return edited(parts, [{ ...model, bytes: Buffer.from(JSON.stringify(rename)) }]);
  }
}

/**
 * Reads a whole answer, however long, without holding up others.
 *
 * @param answers of which list the objects are counted, and whether it may be a list itself
 * @param isTranslated whether it is to become a tree
 * @param onPiece called for each piece that comes
 * @returns undefined when it is no object, nor a list that it may be
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
