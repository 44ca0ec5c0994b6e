import { hashOf, type NamePath } from "@/server/platform/json/nesting";

/** An image, a recording or a file that a message has: `characters` of base64 that it is sent as; 0: it is elsewhere, by address. */
export type Media = { kind: "image" | "audio" | "file"; characters: number; format?: string };

const kinds = new Map<string | undefined, Media["kind"]>(
  Object.entries({
    ...{ image_url: "image", input_image: "image", image: "image" },
    ...{ input_audio: "audio", audio_url: "audio", audio: "audio" },
    ...{ file: "file", input_file: "file", document: "file", document_url: "file", video_url: "file", video: "file" },
  }),
);

/** Where else than under its type's own name a part has its medium, in this order. */
const besides = ["source", "image_url", "file_data"];
/** What the medium's own object has it as, in this order. */
const payloads = ["data", "file_data", "url"];
const descriptions = ["type", "format", "media_type"];
const nameOf = new Map(
  [...(kinds.keys() as Iterable<string>), ...besides, ...payloads, ...descriptions].map((name) => [hashOf(name), name]),
);

/** Parts are at this depth: of the body, the list of messages, a message, its content; those of a tool's result in a part are two deeper. */
const partDepth = 5;
const innerPartDepth = 7;
const content = hashOf("content");

/** Where the media of a request are: in which members of which list's elements. */
export type MediaPlaces = { list: number; members: ReadonlySet<number> };

/** Returns the places `LIST[].MEMBER[]`, for each of the members. */
export const placesOf = (list: string, ...members: string[]): MediaPlaces => ({
  list: hashOf(list),
  members: new Set(members.map(hashOf)),
});

const ofChats = placesOf("messages", "content");

type Said = { bytes: number; head: string };

/** What the part says that is being read: its own strings, and those of the objects in it by the objects' names. */
class PartReader {
  #own = new Map<string, Said>();
  #inner = new Map<string, Map<string, Said>>();

  get type(): string | undefined {
    return this.#own.get("type")?.head;
  }

  /** @param parent the name of the object in the part that has the string; undefined: the part itself */
  add(name: string, parent: string | undefined, said: Said): void {
    if (parent === undefined) this.#own.set(name, said);
    else this.#inner.set(parent, (this.#inner.get(parent) ?? new Map()).set(name, said));
  }

  /** Ends the part. Returns the medium that it is. */
  end(): Media | undefined {
    const { type } = this;
    const kind = kinds.get(type);
    const medium = kind && type ? this.#medium(kind, type) : undefined;
    this.#own = new Map();
    this.#inner = new Map();
    return medium;
  }

  #medium(kind: Media["kind"], type: string): Media {
    const where = [type, ...besides].find((name) => this.#own.has(name) || this.#inner.has(name)) ?? "";
    const inner = this.#inner.get(where);
    const payload = this.#own.get(where) ?? payloads.map((name) => inner?.get(name)).find((said) => said);
    const isElsewhere = payload === undefined || /^https?:/i.test(payload.head);
    const format =
      (isElsewhere ? undefined : /^data:[a-z]+\/([\w.+-]+)/i.exec(payload.head)?.[1]) ??
      inner?.get("format")?.head ??
      inner?.get("media_type")?.head.split("/")[1];
    return { kind, characters: isElsewhere ? 0 : payload.bytes, ...(format && { format: format.toLowerCase() }) };
  }
}

/**
 * Finds the media in the parts of a request's messages as they come, in the forms that OpenAI's, Mistral's, vLLM's and Anthropic's API have for them.
 * Only a part that is of a type of media is one, or one in a tool's result: the same text elsewhere is text for the model.
 */
export class MediaReader {
  /** What is to be told to it. */
  static readonly strings: ReadonlySet<number> = new Set(nameOf.keys());
  readonly found: Media[] = [];
  readonly #part = new PartReader();
  /** Of a part's own content, and the media in that. */
  readonly #innerPart = new PartReader();
  #innerFound: Media[] = [];

  constructor(private readonly places: MediaPlaces = ofChats) {}

  onString({ names, depth }: NamePath, bytes: number, head: string): void {
    if (depth < partDepth || depth > innerPartDepth + 1 || !this.#isPart(names)) return;
    const own = ownDepth(names, depth);
    if (depth > own + 1) return;
    const parent = depth === own ? undefined : nameOf.get(names[own] as number);
    if (depth !== own && parent === undefined) return;
    const part = own === partDepth ? this.#part : this.#innerPart;
    part.add(nameOf.get(names[depth] as number) as string, parent, { bytes, head });
  }

  onObject({ names, depth }: NamePath): void {
    if ((depth !== partDepth && depth !== innerPartDepth) || !this.#isPart(names)) return;
    if (ownDepth(names, depth) !== depth) return;
    if (depth === innerPartDepth) {
      const medium = this.#innerPart.end();
      if (medium) this.#innerFound.push(medium);
      return;
    }
    if (this.#part.type === "tool_result") this.found.push(...this.#innerFound);
    this.#innerFound = [];
    const medium = this.#part.end();
    if (medium) this.found.push(medium);
  }

  #isPart(names: Int32Array): boolean {
    return names[1] === this.places.list && this.places.members.has(names[3] as number);
  }
}

/** At which depth the part is that a place is in. */
const ownDepth = (names: Int32Array, depth: number) =>
  depth >= innerPartDepth && names[partDepth] === content ? innerPartDepth : partDepth;
