import type { MediaRates } from "@/server/platform/settings/models";
import type { ClassCounts } from "@/server/usage/classes";
import type { Media } from "./media-reader";

const usualImageTokens = 2_048;
const usualAudioTokensPerSecond = 25;
/** What is at an address is not fetched to be counted: a minute of audio, ten pages of a file. */
const usualSeconds = 60;
export const usualPages = 10;
/** A page of a file, or a picture of a film, has so many bytes at least. */
export const pageBytes = 50_000;

/** The fewest bytes that a second has in a format: speech, in one channel. */
const bytesPerSecond = new Map(
  Object.entries({
    ...{ wav: 32_000, "x-wav": 32_000, wave: 32_000, pcm16: 32_000, pcm: 32_000, flac: 16_000 },
    ...{ g711_ulaw: 8_000, g711_alaw: 8_000, opus: 2_000, ogg: 2_000, webm: 2_000 },
  }),
);
/** mp3, aac, m4a and what is not known: 32 kbit a second. */
const usualBytesPerSecond = 4_000;
/** What models speak in streams: 16 bit at 24 kHz. */
const spokenBytesPerSecond = 48_000;

/** Estimates the tokens of media, by class. A file counts as images of its pages. */
export function mediaTokens(media: readonly Media[], rates: MediaRates): ClassCounts {
  const { imageTokens = usualImageTokens, audioTokensPerSecond = usualAudioTokensPerSecond } = rates;
  let [imageInput, audioInput] = [0, 0];
  for (const { kind, characters, format = "" } of media) {
    const bytes = bytesOf(characters);
    if (kind === "image") {
      // No server makes more of a small image than its bytes would be as text.
      imageInput += bytes > 0 ? Math.min(imageTokens, Math.ceil(bytes / 4)) : imageTokens;
    } else if (kind === "audio") {
      const seconds = bytes > 0 ? secondsIn(bytes, format) : usualSeconds;
      audioInput += Math.ceil(seconds * audioTokensPerSecond);
    } else imageInput += imageTokens * (bytes > 0 ? Math.ceil(bytes / pageBytes) : usualPages);
  }
  return { ...(imageInput > 0 && { imageInput }), ...(audioInput > 0 && { audioInput }) };
}

/** Returns how many tokens an image has that is not a small one. */
export const imageTokens = ({ imageTokens = usualImageTokens }: MediaRates = {}): number => imageTokens;

/** Returns how many tokens a recording has. */
export const audioTokens = (
  seconds: number,
  { audioTokensPerSecond = usualAudioTokensPerSecond }: MediaRates,
): number => Math.ceil(seconds * audioTokensPerSecond);

/** Estimates how long a recording of so many bytes is at most. */
export function secondsIn(bytes: number, format = ""): number {
  return bytes / (bytesPerSecond.get(format) ?? usualBytesPerSecond);
}

/** Estimates the tokens of what a model has spoken, of its base64. */
export function spokenTokens(
  characters: number,
  { audioTokensPerSecond = usualAudioTokensPerSecond }: MediaRates,
): number {
  return Math.ceil((bytesOf(characters) / spokenBytesPerSecond) * audioTokensPerSecond);
}

const bytesOf = (characters: number) => Math.floor((characters * 3) / 4);

/** What parts of messages are called that are media. */
const mediaKinds = new Map<unknown, Media["kind"]>(
  Object.entries({
    ...{ image_url: "image", input_image: "image", image: "image" },
    ...{ input_audio: "audio", audio_url: "audio", audio: "audio" },
    ...{ file: "file", input_file: "file", document: "file", document_url: "file", video_url: "file", video: "file" },
  }),
);

/** Returns the media that a part of an answer is, as `MediaReader` finds them in requests; undefined when it is text. */
export function mediaOf(part: unknown): Media | undefined {
  if (typeof part !== "object" || part === null) return undefined;
  const members = part as Record<string, unknown>;
  const kind = mediaKinds.get(members.type);
  if (!kind) return undefined;
  const inner = members[members.type as string] ?? members.source ?? members.image_url ?? members.file_data;
  const { url, data, file_data, format, media_type } = (typeof inner === "object" && inner ? inner : {}) as Record<
    string,
    unknown
  >;
  const payload = typeof inner === "string" ? inner : (data ?? file_data ?? url);
  const text = typeof payload === "string" && !/^https?:/i.test(payload) ? payload : "";
  const type =
    /^data:[a-z]+\/([\w.+-]+)/i.exec(text.slice(0, 100))?.[1] ?? format ?? String(media_type ?? "").split("/")[1];
  return { kind, characters: text.length, ...(typeof type === "string" && type && { format: type.toLowerCase() }) };
}
