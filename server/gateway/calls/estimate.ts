import type { OfferedModel } from "@/server/model-servers/catalogue";
import type { ClassCounts } from "@/server/usage/classes";
import { invalid } from "../errors/errors";
import { audioTokens, imageTokens, mediaTokens } from "./media";
import type { Media } from "./media-reader";
import type { Pairs } from "./pairs";
import type { Asked } from "./request";

/** What a request without `max_tokens` is taken to produce at most, for each of its answers. */
const usualCompletion = 4_096;
/** More than any model's context, where its server does not say how long that is. */
const longestContext = 10_000_000;
/** Fits the database's integers. */
const mostTokens = 2_000_000_000;

/**
 * How many tokens a request may take, before it is counted: what limits are asked for. `classes`: what of it is media. `ceiling`:
 * the most completion that is charged by an estimate, which is what the request allows, else the model's context; infinite where neither is known.
 */
export type Estimate = { promptTokens: number; completionTokens: number; classes?: ClassCounts; ceiling: number };

type Known = Pick<OfferedModel, "contextLength" | "media">;

/** Estimates the tokens of what is only read: embeddings have no completion. */
export function estimatePrompt(asked: Asked, model: Known): Estimate {
  return { promptTokens: promptOf(asked, model).promptTokens, completionTokens: 0, ceiling: 0 };
}

/** What stands around and between the two texts of a pair. */
const tokensBesidePair = 4;

/**
 * Estimates the tokens of pairs of texts: servers count the query once for each document, as the model reads it. No pair is longer than the
 * model's context.
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
 * Estimates the tokens of a request that is answered with text. Its text is taken to have a token for every four bytes, and at least one; media are counted as such
 * (`mediaTokens`); a chat's prompt is never more than the model's context. Of the completion, what the request says, for each of its
 * answers. Refuses with 422 more tokens than the model can give.
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

/** Media that are more than the context are no more of it than that. */
function cut({ imageInput = 0, audioInput = 0 }: ClassCounts, prompt: number): ClassCounts {
  const audio = Math.min(audioInput, prompt);
  const image = Math.min(imageInput, prompt - audio);
  return { ...(image > 0 && { imageInput: image }), ...(audio > 0 && { audioInput: audio }) };
}

/** What models make of the dearest image of the usual sizes. */
const imageOutputTokens = 6_208;
/** As many images are changed at a time. */
const mostImages = 16;
/** The longest text that an image is made of: 32,000 characters. */
const longestImageText = 8_000;
/** More than is said in a second, in tokens. */
const spokenTokensPerSecond = 5;

/** Estimates what is paid by units, and by tokens where the model counts those: a recording to be written down. */
export function estimateRecording({ units }: Asked, { media = {} }: Known): Estimate {
  const { second = 0 } = units ?? {};
  const audioInput = Math.min(audioTokens(second, media), mostTokens);
  const completionTokens = Math.min(second * spokenTokensPerSecond, mostTokens);
  return { promptTokens: audioInput, completionTokens, ceiling: completionTokens, classes: { ...units, audioInput } };
}

/** The same of images to be made, of a text and of images. */
export function estimateImages(asked: Asked, model: Known): Estimate {
  const isForm = asked.endpoint.reads.kind === "form";
  const ofImages = mostImages * imageTokens(model.media);
  // What is longer than any text has images in it, for which servers have different members.
  const promptTokens = isForm ? ofImages : Math.min(promptOf(asked, model).promptTokens, longestImageText + ofImages);
  const completionTokens = asked.choices * imageOutputTokens;
  return { promptTokens, completionTokens, ceiling: completionTokens, classes: { ...asked.units } };
}

/** How a text is to be spoken, in tokens: it may be said in words, and by a recording of a voice, for which servers have different members. */
const longestManner = 4_096;

/** The same of a text to be spoken: of each character a token is read and one is spoken at most. */
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

/** The same of pages to be read, of which no tokens are counted. */
export function estimatePages({ units }: Asked): Estimate {
  return { promptTokens: 1, completionTokens: 0, ceiling: 0, classes: { ...units } };
}
