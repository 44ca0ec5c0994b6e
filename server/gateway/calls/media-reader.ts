import { hashOf, type NamePath } from "@/server/platform/json/nesting";

/** An image, a recording or a file in a message. `characters` is its length in base64; 0: the message has only its address. */
export type Media = { kind: "image" | "audio" | "file"; characters: number; format?: string };

const kinds = new Map<string | undefined, Media["kind"]>(
  Object.entries({
    ...{ image_url: "image", input_image: "image", image: "image" },
    ...{ computer_screenshot: "image", image_generation_call: "image" },
    ...{ input_audio: "audio", audio_url: "audio", audio: "audio" },
    ...{ file: "file", input_file: "file", document: "file", document_url: "file", video_url: "file", video: "file" },
  }),
);

/** The members in which a part has its medium, beside the one that is named like its type; in this order. */
const besides = ["source", "image_url", "file_data", "result"];
/** The members of a medium's own object that can contain it, in this order. */
const payloads = ["data", "file_data", "url"];
const descriptions = ["type", "format", "media_type"];
const nameOf = new Map(
  [...(kinds.keys() as Iterable<string>), ...besides, ...payloads, ...descriptions].map((name) => [hashOf(name), name]),
);

/** The members in which parts may be, besides those of the request. Media elsewhere in a message are text for the model. */
const containers: ReadonlySet<number> = new Set(["content", "images", "output", "messages"].map(hashOf));
/** The types of objects that can contain parts; most have no type. */
const wrapper = /^message$|_(?:output|result)$/;
/** The beginning of the medium of a part without a type. No text begins like this. */
const plainPayload = /^(?:data:[a-z]+\/|[\w+/=-]{100})/i;

/** The members of a request in which media may be, as hashes. */
export type MediaPlaces = ReadonlySet<number>;

/** Returns the places for members of these names. */
export const placesOf = (...members: string[]): MediaPlaces => new Set(members.map(hashOf));

const ofChats = placesOf("messages");

type Said = { bytes: number; head: string };

/** Collects the strings of an object that may be a part: its own, and those of the objects in it by the objects' names. */
class PartReader {
  readonly #own = new Map<string, Said>();
  readonly #inner = new Map<string, Map<string, Said>>();

  get type(): string | undefined {
    return this.#own.get("type")?.head;
  }

  /** @param parent the name of the object in the part that has the string; undefined: the part itself */
  add(name: string, parent: string | undefined, said: Said): void {
    if (parent === undefined) this.#own.set(name, said);
    else this.#inner.set(parent, (this.#inner.get(parent) ?? new Map()).set(name, said));
  }

  /** The medium of the part; undefined: it is none. */
  get medium(): Media | undefined {
    const { type } = this;
    if (type !== undefined) {
      const kind = kinds.get(type);
      return kind && this.#medium(kind, [type, ...besides]);
    }
    for (const [name, kind] of kinds)
      if (name !== undefined && plainPayload.test(this.#payloadAt(name)?.head ?? "")) return this.#medium(kind, [name]);
    return undefined;
  }

  #payloadAt(where: string): Said | undefined {
    const inner = this.#inner.get(where);
    return this.#own.get(where) ?? payloads.map((name) => inner?.get(name)).find((said) => said);
  }

  #medium(kind: Media["kind"], names: string[]): Media {
    const where = names.find((name) => this.#own.has(name) || this.#inner.has(name)) ?? "";
    const inner = this.#inner.get(where);
    const payload = this.#payloadAt(where);
    const isElsewhere = payload === undefined || /^https?:/i.test(payload.head);
    const format =
      (isElsewhere ? undefined : /^data:[a-z]+\/([\w.+-]+)/i.exec(payload.head)?.[1]) ??
      inner?.get("format")?.head ??
      inner?.get("media_type")?.head.split("/")[1];
    return { kind, characters: isElsewhere ? 0 : payload.bytes, ...(format && { format: format.toLowerCase() }) };
  }
}

/** A medium that was found in a member of the request. */
type Found = { medium: Media; member: number };

/**
 * Finds the media in a request's messages, documents and texts while the body arrives, in the formats of the APIs of
 * OpenAI, Mistral, vLLM, Jina and Anthropic. A part is a medium if its type says so, or if it has no type and its content
 * cannot be text. The same characters elsewhere are text for the model.
 */
export class MediaReader {
  /** The names of the members whose strings this reader has to see, as hashes. */
  static readonly strings: ReadonlySet<number> = new Set(nameOf.keys());
  /** By depth: the object that is being read, once it had a string that counts. */
  readonly #parts: (PartReader | undefined)[] = [];
  readonly #found: Found[] = [];
  /** By depth: how many media had been found when the last object at that depth ended. */
  readonly #ended: number[] = [];

  constructor(private readonly places: MediaPlaces = ofChats) {}

  get found(): Media[] {
    return this.#found.map(({ medium }) => medium);
  }

  /** Returns the media in one member of the request. */
  foundIn(member: string): Media[] {
    const hash = hashOf(member);
    return this.#found.filter((each) => each.member === hash).map(({ medium }) => medium);
  }

  onString({ names, depth }: NamePath, bytes: number, head: string): void {
    const name = nameOf.get(names[depth] as number) as string;
    const parent = nameOf.get(names[depth - 1] as number);
    if (this.#mayBePart(names, depth)) this.#partAt(depth).add(name, undefined, { bytes, head });
    else if (parent !== undefined && this.#mayBePart(names, depth - 1))
      this.#partAt(depth - 1).add(name, parent, { bytes, head });
  }

  onObject({ names, depth }: NamePath): void {
    const part = this.#parts[depth];
    if (!part && this.#found.length === 0) return;
    this.#parts[depth] = undefined;
    if (part) {
      const { medium, type } = part;
      if (type !== undefined && !wrapper.test(type)) this.#found.length = this.#beforeObject(depth);
      if (medium) this.#found.push({ medium, member: names[1] as number });
    }
    this.#ended.length = depth + 1;
    this.#ended[depth] = this.#found.length;
  }

  /** Returns how many media had been found before the object at this depth began. */
  #beforeObject(depth: number): number {
    let most = 0;
    for (let each = 0; each <= depth; each++) most = Math.max(most, this.#ended[each] ?? 0);
    return most;
  }

  #partAt(depth: number): PartReader {
    const part = this.#parts[depth] ?? new PartReader();
    this.#parts[depth] = part;
    return part;
  }

  /** Checks whether an object at this depth can be a part or contain parts. */
  #mayBePart(names: Int32Array, depth: number): boolean {
    const member = names[1] as number;
    if (depth < 2 || !this.places.has(member)) return false;
    for (let each = 2; each < depth; each++)
      if (names[each] !== member && !containers.has(names[each] as number)) return false;
    return true;
  }
}
