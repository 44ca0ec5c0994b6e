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

/** The parts are at this depth: of the body, the list of messages, a message, its content. */
const partDepth = 5;
const [messages, content] = [hashOf("messages"), hashOf("content")];

type Said = { bytes: number; head: string };

/**
 * Finds the media in the parts of a chat's messages as they come, in the forms that OpenAI's, Mistral's, vLLM's and Anthropic's API have for them.
 * Only a part that is of a type of media is one: the same text elsewhere is text for the model.
 */
export class MediaReader {
  /** What is to be told to it. */
  static readonly strings: ReadonlySet<number> = new Set(nameOf.keys());
  readonly found: Media[] = [];
  /** The strings of the part that is being read: its own, and those of the objects in it by the objects' names. */
  #own = new Map<string, Said>();
  #inner = new Map<string, Map<string, Said>>();

  onString({ names, depth }: NamePath, bytes: number, head: string): void {
    if (depth < partDepth || depth > partDepth + 1 || !isPart(names)) return;
    const name = nameOf.get(names[depth] as number) as string;
    if (depth === partDepth) return void this.#own.set(name, { bytes, head });
    const parent = nameOf.get(names[partDepth] as number);
    if (parent === undefined) return;
    this.#inner.set(parent, (this.#inner.get(parent) ?? new Map()).set(name, { bytes, head }));
  }

  onObject({ names, depth }: NamePath): void {
    if (depth !== partDepth || !isPart(names)) return;
    const type = this.#own.get("type")?.head;
    const kind = kinds.get(type);
    if (kind && type) this.found.push(this.#medium(kind, type));
    this.#own = new Map();
    this.#inner = new Map();
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

const isPart = (names: Int32Array) => names[1] === messages && names[3] === content;
