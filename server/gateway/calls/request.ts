import type { IncomingMessage } from "node:http";
import type { SentBody } from "@/server/model-servers/post";
import { passingBounds, translatedBounds } from "@/server/platform/json/bounds";
import type { MemberListener } from "@/server/platform/json/members";
import type { NamePath } from "@/server/platform/json/nesting";
import { workOn } from "@/server/platform/turns";
import type { EndUserSent } from "@/server/usage/end-users/named";
import type { Endpoint, Reading, RequestReading } from "../endpoints/endpoint";
import { invalid } from "../errors/errors";
import type { Keeper } from "../kept-responses/continue";
import { type ShortenedBody, shortenBody } from "../translate/long-strings";
import { type Hold, receiveJson } from "./body";
import { type Edit, edited } from "./body-parts";
import { endUserSent } from "./end-user";
import { readForm } from "./form";
import { ListPlaces } from "./list-places";
import { type Media, MediaReader } from "./media-reader";
import { PairReader, type Pairs } from "./pairs";
import { tagsSent } from "./tags";

/** What the gateway knows of a request. All other contents only concern the program and the model. */
export type Asked = Reading & {
  endpoint: Endpoint;
  body: AskedBody;
  model: string;
  /** Its tags, declared or not. */
  tags?: string[] | undefined;
  /** The values of the fields that may name its end user. */
  endUser?: EndUserSent | undefined;
  /** The images, recordings and files in its messages. */
  media: Media[];
  /** The pairs of texts that the model reads. */
  pairs?: Pairs;
  /** Keeps the answer; undefined: it is not kept. */
  keeper?: Keeper;
};

/** The body of the request, and the forms in which it can be sent on. */
type AskedBody = {
  /** Its length in bytes; if that is not stated, the most that it may have. */
  length: number;
  /** Returns the bytes as they arrived, except for another model name and for the request for usage in a stream. */
  sent(changes: {
    model?: string | undefined;
    addsUsage: boolean;
    only?: Slice | undefined;
  }): SentBody | Promise<SentBody>;
  /** The number of texts in the list of which some servers accept a part at a time; 0: there is no such list. */
  readonly texts: number;
  /**
   * Returns the parsed body without the contents of its long strings. Only for endpoints that are translated, because
   * other bodies may be too long.
   */
  shortened(): Promise<ShortenedBody>;
  /** Whether bytes that are not held were sent to a server, so that no other server can be asked. */
  readonly isTaken: boolean;
  /** Whether the whole body has arrived. */
  readonly isWhole: boolean;
  /** @throws Refusal when the body turned out to be invalid while it was sent on */
  throwIfBroken(): void;
  /** Takes room for bytes that are held in addition to the body, until it is released. */
  hold: Hold;
  /** Frees the bytes, once the request is not sent again. */
  release(): void;
};

/** A part of a list of texts: from `begin` up to `end`, which is not part of it. */
export type Slice = { begin: number; end: number };

const [quote, openBracket] = [34, 91];

type Found = { from: number; to: number; value: unknown };

/**
 * Reads a request to an endpoint while it arrives. Refuses with 415, 413, 422, 408, 429 and 503, as `receiveJson` and
 * `readForm` do.
 */
export async function readRequest(endpoint: Endpoint, incoming: IncomingMessage, whose: string): Promise<Asked> {
  const { reads } = endpoint;
  if (reads.kind === "form") return readForm(endpoint, incoming, whose);
  const reader = new RequestReader(reads);
  const body = await receiveJson(
    incoming,
    whose,
    reader,
    endpoint.translate || endpoint.native ? translatedBounds : passingBounds,
  );
  try {
    const model = reader.found.get("model")?.value;
    if (typeof model !== "string" || model === "") throw invalid("model", "model must be the id of a model.");
    const size = { bytes: body.length, format: undefined };
    const reading = reads.read((name) => reader.found.get(name)?.value, size);
    const choices = reading.choices * Math.max(1, reader.questions);
    const media = reader.media?.found ?? [];
    const tags = tagsSent(incoming, reader.found.get("metadata")?.value);
    const endUser = endUserSent(incoming, (name) => reader.found.get(name)?.value);
    const pairs = reader.pairs && { pairs: reader.pairs.found((name) => reader.media?.foundIn(name) ?? []) };
    return {
      endpoint,
      model,
      ...reading,
      ...pairs,
      tags,
      endUser,
      choices,
      media,
      body: sendable(body, reader, reads),
    };
  } catch (error) {
    body.release();
    throw error;
  }
}

/** Collects the needed parts of a request while it arrives. */
class RequestReader implements MemberListener {
  readonly found = new Map<string, Found>();
  readonly media: MediaReader | undefined;
  readonly pairs: PairReader | undefined;
  readonly places: ListPlaces | undefined;
  readonly strings: ReadonlySet<number>;
  #name = "";
  /** Whether the member that is being read may be a list of questions. `#questions` counts them. */
  #isQuestions = false;
  questions = 0;

  constructor(private readonly reads: RequestReading) {
    this.media = reads.media && new MediaReader(reads.media);
    this.pairs = reads.pairs && new PairReader(reads.pairs);
    this.places = reads.texts === undefined ? undefined : new ListPlaces(reads.texts);
    this.strings = reads.media ? MediaReader.strings : noStrings;
  }

  /**
   * When two members have the same name, some JSON readers take the first, some the last, and some ignore case. What
   * the gateway checks and counts must be what the model server reads, so such bodies are refused.
   */
  onMember(name: string | undefined): number {
    this.#isQuestions = name !== undefined && name === this.reads.questions;
    if (name === undefined) return 0;
    // Converted both ways, so that letters which only match in one direction, such as the long s, are found too.
    const folded = name.toUpperCase().toLowerCase();
    this.places?.begin(name, folded);
    const most = this.reads.members.get(folded);
    if (most === undefined && !this.pairs?.isSide(folded)) return 0;
    if (name !== folded) throw invalid(folded, `Write ${folded} in lower case.`);
    if (this.found.has(name) || this.pairs?.has(name)) throw invalid(name, `${name} is there twice.`);
    this.pairs?.begin(name);
    this.#name = name;
    return most ?? 0;
  }

  onValue(from: number, to: number, _: number, value: unknown): void {
    this.pairs?.end(to - from);
    this.places?.end(from, to);
    if (value !== undefined) this.found.set(this.#name, { from, to, value });
  }

  /** A list of numbers is a single question, given as tokens. */
  onElement(first: number, offset: number): void {
    this.pairs?.addElement();
    this.places?.addElement(first, offset);
    if (this.#isQuestions && (first === quote || first === openBracket)) this.questions++;
  }

  onString(path: NamePath, bytes: number, head: string): void {
    this.media?.onString(path, bytes, head);
  }

  onObject(path: NamePath): void {
    this.media?.onObject(path);
  }
}

const noStrings: ReadonlySet<number> = new Set();

function sendable(
  body: Awaited<ReturnType<typeof receiveJson>>,
  { found, places }: RequestReader,
  { sends }: RequestReading,
): AskedBody {
  let parts: Buffer[] | undefined = body.parts;
  const kept = () => {
    if (!parts) throw new Error("the body of a request was forgotten and is to be sent again");
    return parts;
  };
  return {
    length: body.length,
    texts: places?.count ?? 0,
    sent({ model, addsUsage, only }) {
      const edits: Edit[] = [];
      const put = (name: string, value: unknown) => {
        const at = found.get(name);
        const text = JSON.stringify(value);
        edits.push(at ? { ...at, bytes: Buffer.from(text) } : insertion(kept(), `"${name}":${text},`));
      };
      if (model !== undefined) put("model", model);
      for (const name in sends) if (found.get(name)?.value !== sends[name]) put(name, sends[name]);
      if (addsUsage) {
        const options = found.get("stream_options")?.value;
        // Usage with every event belongs to the usage that the program did not ask for.
        const { continuous_usage_stats: _, ...others } = (options ?? {}) as Record<string, unknown>;
        put("stream_options", { ...others, include_usage: true });
      }
      if (only && places) edits.push(places.only(kept(), only.begin, only.end));
      return edited(
        kept(),
        edits.toSorted((one, other) => one.from - other.from),
      );
    },
    shortened: () => workOn(body.length, shortenBody(kept())),
    isTaken: false,
    isWhole: true,
    throwIfBroken() {},
    hold: body.hold,
    release() {
      parts = undefined;
      body.release();
    },
  };
}

/** Returns the edit that inserts a member before the others; the object has some. */
function insertion(parts: readonly Buffer[], text: string): Edit {
  let from = 1;
  for (const part of parts) {
    const brace = part.indexOf("{");
    if (brace >= 0) {
      from += brace;
      break;
    }
    from += part.length;
  }
  return { from, to: from, bytes: Buffer.from(text) };
}
