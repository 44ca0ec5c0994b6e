import { hashOf, type NamePath } from "@/server/platform/json/nesting";

/** An image, a recording or a file that a message has: `characters` of base64 that it is sent as; 0: it is elsewhere, by address. */
export type Media = { kind: "image" | "audio" | "file"; characters: number; format?: string };

const kinds = new Map<string | undefined, Media["kind"]>(
  Object.entries({
    ...{ image_url: "image", input_image: "image", image: "image" },
    ...{ computer_screenshot: "image", image_generation_call: "image" },
    ...{ input_audio: "audio", audio_url: "audio", audio: "audio" },
    ...{ file: "file", input_file: "file", document: "file", document_url: "file", video_url: "file", video: "file" },
  }),
);

/** Where else than under its type's own name a part has its medium, in this order. */
const besides = ["source", "image_url", "file_data", "result"];
/** What the medium's own object has it as, in this order. */
const payloads = ["data", "file_data", "url"];
const descriptions = ["type", "format", "media_type"];
const nameOf = new Map(
  [...(kinds.keys() as Iterable<string>), ...besides, ...payloads, ...descriptions].map((name) => [hashOf(name), name]),
);

/** What parts may be in, besides the request's own members: nothing else of a message is media. */
const containers: ReadonlySet<number> = new Set(["content", "images", "output", "messages"].map(hashOf));
/** Of what type an object may be that has parts in it; most have none. */
const wrapper = /^message$|_(?:output|result)$/;
/** How the medium of a part begins that does not say its type: no text does. */
const plainPayload = /^(?:data:[a-z]+\/|[\w+/=-]{100})/i;

/** In which members of a request media may be. */
export type MediaPlaces = ReadonlySet<number>;

/** Returns the places for members of these names. */
export const placesOf = (...members: string[]): MediaPlaces => new Set(members.map(hashOf));

const ofChats = placesOf("messages");

type Said = { bytes: number; head: string };

/** What an object says that may be a part: its own strings, and those of the objects in it by the objects' names. */
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

  /** The medium that it is. */
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
 * Finds the media in a request's messages, documents and texts as they come, in the forms that OpenAI's, Mistral's, vLLM's, Jina's and Anthropic's API
 * have for them. Only a part that is of a type of media is one, or that has nothing but what is no text: the same text elsewhere is text for the model.
 */
export class MediaReader {
  /** What is to be told to it. */
  static readonly strings: ReadonlySet<number> = new Set(nameOf.keys());
  /** By depth: the objects that are being read and have said something. */
  readonly #parts: (PartReader | undefined)[] = [];
  readonly #found: Found[] = [];
  /** By depth: how many were found when the last object there ended, of those that are in the same objects. */
  readonly #ended: number[] = [];

  constructor(private readonly places: MediaPlaces = ofChats) {}

  get found(): Media[] {
    return this.#found.map(({ medium }) => medium);
  }

  /** Those in one member of the request. */
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

  /** How many there were before the object at this depth began: since an object that is not in it has ended last. */
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

  /** Whether an object at this depth may be a part, or have some in it. */
  #mayBePart(names: Int32Array, depth: number): boolean {
    const member = names[1] as number;
    if (depth < 2 || !this.places.has(member)) return false;
    for (let each = 2; each < depth; each++)
      if (names[each] !== member && !containers.has(names[each] as number)) return false;
    return true;
  }
}
