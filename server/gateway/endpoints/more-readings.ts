import { pageBytes, secondsIn, usualPages } from "../calls/media";
import { invalid } from "../errors/errors";
import type { RequestReading } from "./endpoint";
import { members, mostTokens, positive, readOptions, readStream, type ValueFor, whole } from "./readings";

/** More than any server takes at a time. */
const mostAnswers = 128;

/** `/v1/completions`: a text, or several, to go on with. */
export const completionsRequest: RequestReading = {
  kind: "json",
  members: members(["stream_options", 4_096], ["max_tokens", 64], ["n", 64], ["best_of", 64]),
  questions: "prompt",
  read: (valueFor) => ({
    ...whole,
    isStreamed: readStream(valueFor),
    wantsUsage: readOptions(valueFor).include_usage === true,
    most: mostTokens(valueFor, "max_tokens"),
    choices: Math.max(
      positive("n", valueFor("n"), mostAnswers) ?? 1,
      positive("best_of", valueFor("best_of"), mostAnswers) ?? 1,
    ),
  }),
};

/** `/v1/fim/completions`: what is between two texts. Mistral's streams have their usage by themselves. */
export const fimRequest: RequestReading = {
  kind: "json",
  members: members(["max_tokens", 64]),
  read: (valueFor) => ({ ...whole, isStreamed: readStream(valueFor), most: mostTokens(valueFor, "max_tokens") }),
};

/** The longest text that is spoken, in bytes of its JSON. */
const longestSpeech = 1_000_000;

/** `/v1/audio/speech`: a text to be spoken. */
export const speechRequest: RequestReading = {
  kind: "json",
  members: members(["input", longestSpeech], ["stream_format", 64]),
  read(valueFor) {
    const input = valueFor("input");
    if (typeof input !== "string" || input === "") throw invalid("input", "input must be the text to speak.");
    const isStreamed = valueFor("stream_format") === "sse" || readStream(valueFor);
    return { ...whole, isStreamed, units: { character: Array.from(input).length } };
  },
};

/** `/v1/images/generations`. */
export const imagesRequest: RequestReading = {
  kind: "json",
  members: members(["n", 64]),
  read: (valueFor) => ({ ...whole, isStreamed: readStream(valueFor), ...imagesOf(valueFor("n")) }),
};

/** `/v1/images/edits`: the same as a form, with the images to be changed. */
export const imageEditsRequest: RequestReading = {
  kind: "form",
  members: members(["n", 64]),
  read: (valueFor) => ({ ...whole, isStreamed: isTrue(valueFor, "stream"), ...imagesOf(numberIn(valueFor("n"))) }),
};

function imagesOf(n: unknown) {
  const image = positive("n", n, mostAnswers) ?? 1;
  return { choices: image, units: { image } };
}

/** `/v1/audio/transcriptions` and `/v1/audio/translations`: a recording, as a form. */
export const recordingRequest: RequestReading = {
  kind: "form",
  members: members(),
  read: (valueFor, size) => ({
    ...whole,
    isStreamed: isTrue(valueFor, "stream"),
    units: { second: Math.max(1, Math.ceil(secondsIn(size.bytes, size.format))) },
  }),
};

/** `/v1/ocr`: a document in the request, or at an address. */
export const ocrRequest: RequestReading = {
  kind: "json",
  members: members(["pages", 65_536]),
  read(valueFor, size) {
    const pages = valueFor("pages");
    const byBytes = Math.ceil(size.bytes / pageBytes);
    const page = Array.isArray(pages) && pages.length > 0 ? pages.length : Math.max(usualPages, byBytes);
    return { ...whole, units: { page } };
  },
};

function isTrue(valueFor: ValueFor, name: string): boolean {
  const value = valueFor(name);
  return typeof value === "string" && /^(?:true|1)$/i.test(value.trim());
}

const numberIn = (value: unknown) => (typeof value === "string" && value.trim() !== "" ? Number(value) : undefined);
