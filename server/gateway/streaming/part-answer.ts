import type { ServerAnswer } from "@/server/model-servers/server-answer";
import { passingBounds } from "@/server/platform/json/bounds";
import { feed } from "@/server/platform/json/feed";
import type { MemberListener } from "@/server/platform/json/members";
import { hashOf, type NamePath } from "@/server/platform/json/nesting";
import { JsonScanner } from "@/server/platform/json/scanner";
import { BodyParts, type Edit, edited } from "../calls/body-parts";
import type { Members } from "../endpoints/endpoint";
import { membersOf } from "../translate/members";
import { unusableAnswer } from "./relay";

/** The hashes of the members of an answer that can be its list, and of the member with a text's position. */
const [data, results, index] = [hashOf("data"), hashOf("results"), hashOf("index")];
const longestUsage = 65_536;
const [openBracket, closeBracket] = [91, 93];

type Range = { from: number; to: number };

/** The answer to one part, as bytes; it is not parsed into a tree. */
export type PartAnswer = {
  length: number;
  /**
   * The bytes before and after the elements of the list, and the elements, in which the positions of the texts are
   * changed to those in the whole list.
   */
  head: Buffer;
  elements: Buffer;
  tail: Buffer;
  /** The usage that the part states, which is cut out of `head` and `tail`. */
  usage: Members | undefined;
};

/**
 * Reads the answer to a part of a question: a list with one object per text, alone or as a member.
 *
 * @param texts how many texts the part has, and how many are in the parts before it
 * @param longest the most bytes; reading stops with the piece that exceeds them
 * @throws ServerFailure when the answer is not usable; JsonError when it is not JSON; and when the connection breaks
 */
export async function readPart(
  answer: ServerAnswer,
  texts: { count: number; before: number },
  longest: number,
): Promise<PartAnswer> {
  const parts = new BodyParts();
  const reader = new PartReader(texts.count);
  const scanner = new JsonScanner(passingBounds, reader);
  await answer.read((piece) => {
    if (parts.length + piece.length > longest) throw unusableAnswer();
    parts.add(piece);
    return feed(scanner, piece, parts.length);
  });
  scanner.end();
  const bytes = Buffer.concat(parts.end());
  const list = scanner.isObject
    ? reader.list
    : { from: bytes.indexOf(openBracket), to: bytes.lastIndexOf(closeBracket) + 1 };
  if (!list || list.from < 0) throw unusableAnswer();
  const [from, to] = [list.from + 1, list.to - 1];
  const places = reader.placesIn(list).map((place): Edit => ({ ...place, bytes: moved(bytes, place, texts) }));
  const usage = reader.usageCut;
  // Copies, because a view of the beginning would keep the whole answer in memory.
  const without = (begin: number, end: number) => {
    const cut = usage && usage.from >= begin && usage.to <= end ? usage : { from: end, to: end };
    return Buffer.concat([bytes.subarray(begin, cut.from), bytes.subarray(cut.to, end)]);
  };
  return {
    length: bytes.length,
    head: without(0, from),
    elements: between(bytes, from, to, places),
    tail: without(to, bytes.length),
    usage: membersOf(reader.usage),
  };
}

/** Returns the bytes between two offsets, with these edits. */
function between(bytes: Buffer, from: number, to: number, edits: Edit[]): Buffer {
  const within = edits.map((edit) => ({ ...edit, from: edit.from - from, to: edit.to - from }));
  return Buffer.concat(edited([bytes.subarray(from, to)], within));
}

/** Returns a text's position among all texts. @throws ServerFailure when it is outside of this part */
function moved(bytes: Buffer, { from, to }: Range, { count, before }: { count: number; before: number }): Buffer {
  const place = Number(bytes.toString("latin1", from, to));
  if (!Number.isInteger(place) || place < 0 || place >= count) throw unusableAnswer();
  return Buffer.from(String(before + place));
}

/** Finds in an answer where the list is, and where the positions of the texts are written. */
class PartReader implements MemberListener {
  readonly strings: ReadonlySet<number> = new Set([index]);
  usage: unknown;
  readonly #lists = new Map<string, Range>();
  readonly #objects: number[] = [];
  readonly #places: Range[] = [];
  #name: string | undefined;
  #start = 0;
  /** The offset at which the previous member ended. */
  #lastEnd: number | undefined;
  #usageCut: Range | undefined;
  #isAfterUsage = false;

  constructor(private readonly texts: number) {}

  /** The place of the list, when the answer is an object. */
  get list(): Range | undefined {
    return this.#lists.get("data") ?? this.#lists.get("results");
  }

  /** The range to cut out so that the answer has no usage. */
  get usageCut(): Range | undefined {
    return this.#usageCut;
  }

  /**
   * Returns where the positions of texts are written in a list.
   *
   * @throws ServerFailure unless each object has a position, or none has one and there is an object for each text; in
   * that case they are in order
   */
  placesIn({ from, to }: Range): Range[] {
    const places = this.#places.filter((place) => place.from >= from && place.to <= to);
    const objects = this.#objects.filter((end) => end > from && end <= to).length;
    const isOrdered = places.length === 0 && objects === this.texts;
    if (objects === 0 || objects > this.texts || !(isOrdered || places.length === objects)) throw unusableAnswer();
    return places;
  }

  onMember(name: string | undefined, start: number): number {
    this.#name = name;
    this.#start = start;
    if (this.#isAfterUsage && this.#usageCut) this.#usageCut.to = start;
    this.#isAfterUsage = false;
    return name === "usage" ? longestUsage : 0;
  }

  onValue(from: number, to: number, first: number, value: unknown): void {
    const name = this.#name;
    if (name === "data" || name === "results") {
      // Which of the two lists is the right one is unknown.
      if (this.#lists.has(name)) throw unusableAnswer();
      if (first === openBracket) this.#lists.set(name, { from, to });
    } else if (name === "usage") {
      if (this.#usageCut) throw unusableAnswer();
      this.usage = value;
      // With the comma before it, or otherwise the one after it.
      this.#isAfterUsage = this.#lastEnd === undefined;
      this.#usageCut = { from: this.#lastEnd ?? this.#start, to };
    }
    this.#lastEnd = to;
  }

  onObject(path: NamePath, end: number): void {
    if (!isElement(path)) return;
    if (this.#objects.length === 2 * this.texts) throw unusableAnswer();
    this.#objects.push(end);
  }

  onNumber(path: NamePath, from: number, to: number): void {
    if (path.names[path.depth] !== index || !isElement(path)) return;
    if (this.#places.length === 2 * this.texts) throw unusableAnswer();
    this.#places.push({ from, to });
  }

  onString(path: NamePath): void {
    if (isElement(path)) throw unusableAnswer();
  }
}

/**
 * Checks whether this is an object of the list, or a member of one. The list is the answer itself, or a member of it.
 */
function isElement({ names, depth }: NamePath): boolean {
  // An element of a list that is the answer itself has no member name above it.
  if (depth === 2) return names[1] === 0;
  return depth === 3 && (names[1] === data || names[1] === results) && names[2] === names[1];
}
