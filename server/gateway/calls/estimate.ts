import type { OfferedModel } from "@/server/model-servers/catalogue";
import type { ClassCounts } from "@/server/usage/classes";
import { invalid } from "../errors/errors";
import { audioTokens, imageTokens, mediaTokens } from "./media";
import type { Media } from "./media-reader";
import type { Pairs } from "./pairs";
import type { Asked } from "./request";

/** The assumed tokens of each answer of a request without `max_tokens`, at most. */
const usualCompletion = 4_096;
/** Used as the context length when a server does not state it; more than any model has. */
const longestContext = 10_000_000;
/** The most tokens of an estimate, so that the database's integers can hold it. */
const mostTokens = 2_000_000_000;

/**
 * The most tokens that a request may use, which are reserved before it starts. `classes`: its media by class.
 * `ceiling`: the most completion tokens that are charged when the server states no usage: what the request allows,
 * otherwise the model's context; infinite when neither is known.
 */
export type Estimate = { promptTokens: number; completionTokens: number; classes?: ClassCounts; ceiling: number };

type Known = Pick<OfferedModel, "contextLength" | "media">;

/** Estimates the tokens of a request that is only read, such as embeddings, and has no completion. */
export function estimatePrompt(asked: Asked, model: Known): Estimate {
  return { promptTokens: promptOf(asked, model).promptTokens, completionTokens: 0, ceiling: 0 };
}

/** The tokens around and between the two texts of a pair. */
const tokensBesidePair = 4;

/**
 * Estimates the tokens of pairs of texts. Servers count the query once per document, because the model reads it each
 * time. A pair is never longer than the model's context.
 */
export function estimatePairs({ body, media: found, pairs = onePair }: Asked, model: Known): Estimate {
  const { contextLength, media = {} } = model;
  const { count, againBytes, againMedia } = pairs;
  const tokens =
    Math.ceil((body.length - charactersOf(found) + againBytes) / 4) +
    count * tokensBesidePair +
    sumOf(mediaTokens(found, media)) +
    (count - 1) * sumOf(mediaTokens(againMedia, media));
  const longest = count * (contextLength ?? longestContext);
  return { promptTokens: Math.min(tokens, longest, mostTokens), completionTokens: 0, ceiling: 0 };
}

const onePair: Pairs = { count: 1, againBytes: 0, againMedia: [] };
const charactersOf = (found: Media[]) => found.reduce((sum, { characters }) => sum + characters, 0);
const sumOf = ({ imageInput = 0, audioInput = 0 }: ClassCounts) => imageInput + audioInput;

function promptOf({ media: found, body }: Asked, { media = {} }: Known) {
  const text = Math.max(1, Math.ceil((body.length - charactersOf(found)) / 4));
  const ofMedia = found.length === 0 ? noMedia : mediaTokens(found, media);
  const promptTokens = Math.min(text + sumOf(ofMedia), mostTokens);
  return { promptTokens, ofMedia };
}

/**
 * Estimates the tokens of a request that is answered with text. Its text counts as one token per four bytes, and at
 * least one. Media are counted by `mediaTokens`. The prompt of a chat is never more than the model's context. The
 * completion is what the request allows, for each of its answers. Refuses with 422 more tokens than the model can
 * produce.
 */
export function estimate(asked: Asked, model: Known): Estimate {
  const { contextLength } = model;
  const { promptTokens, ofMedia } = promptOf(asked, model);
  const { most, choices } = asked;
  const longest = contextLength ?? longestContext;
  if (most && most.tokens > longest)
    throw invalid(most.param, `${most.param} must be at most ${longest}, the model's context length.`);
  const prompt = Math.min(promptTokens, longest);
  const room = Math.max(1, (contextLength ?? Number.POSITIVE_INFINITY) - prompt);
  const each = most?.tokens ?? Math.min(room, usualCompletion);
  const completionTokens = Math.min(each * choices, mostTokens);
  const ceiling = (most?.tokens ?? contextLength ?? Number.POSITIVE_INFINITY) * choices;
  const estimated: Estimate = { promptTokens: prompt, completionTokens, ceiling };
  if (ofMedia === noMedia && !asked.wantsSpeech) return estimated;
  const classes = { ...cut(ofMedia, prompt), ...(asked.wantsSpeech && { audioOutput: completionTokens }) };
  return Object.keys(classes).length > 0 ? { ...estimated, classes } : estimated;
}

const noMedia: ClassCounts = {};

/** Cuts the tokens of media to the length of the prompt. */
function cut({ imageInput = 0, audioInput = 0 }: ClassCounts, prompt: number): ClassCounts {
  const audio = Math.min(audioInput, prompt);
  const image = Math.min(imageInput, prompt - audio);
  return { ...(image > 0 && { imageInput: image }), ...(audio > 0 && { audioInput: audio }) };
}

/** The tokens of the most expensive image of the usual sizes. */
const imageOutputTokens = 6_208;
/** The most images that one request may edit. */
const mostImages = 16;
/** The most characters of a text that an image is made of, as tokens: 32,000 characters. */
const longestImageText = 8_000;
/** An upper bound of the tokens that are spoken in a second. */
const spokenTokensPerSecond = 5;

/** Estimates a recording that is transcribed: seconds, and tokens if the model counts them. */
export function estimateRecording({ units }: Asked, { media = {} }: Known): Estimate {
  const { second = 0 } = units ?? {};
  const audioInput = Math.min(audioTokens(second, media), mostTokens);
  const completionTokens = Math.min(second * spokenTokensPerSecond, mostTokens);
  return { promptTokens: audioInput, completionTokens, ceiling: completionTokens, classes: { ...units, audioInput } };
}

/** Estimates images that are generated from a text and from images. */
export function estimateImages(asked: Asked, model: Known): Estimate {
  const isForm = asked.endpoint.reads.kind === "form";
  const ofImages = mostImages * imageTokens(model.media);
  // A longer body than the longest text has images in it, which each server takes in members of its own.
  const promptTokens = isForm ? ofImages : Math.min(promptOf(asked, model).promptTokens, longestImageText + ofImages);
  const completionTokens = asked.choices * imageOutputTokens;
  return { promptTokens, completionTokens, ceiling: completionTokens, classes: { ...asked.units } };
}

/** The most tokens of the instructions for a voice: words, or a recording of a voice, for which servers have different members. */
const longestManner = 4_096;

/** Estimates a text that is spoken: at most one token is read and one is spoken per character. */
export function estimateSpeech(asked: Asked, model: Known): Estimate {
  const { character = 0 } = asked.units ?? {};
  const { promptTokens } = promptOf(asked, model);
  return {
    promptTokens: Math.min(promptTokens, character + longestManner),
    completionTokens: character,
    ceiling: character,
    classes: { ...asked.units },
  };
}

/** Estimates pages that are read. No tokens are counted for them. */
export function estimatePages({ units }: Asked): Estimate {
  return { promptTokens: 1, completionTokens: 0, ceiling: 0, classes: { ...units } };
}
