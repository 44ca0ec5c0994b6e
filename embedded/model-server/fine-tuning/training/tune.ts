import { seededRandom } from "../../answering/sampling";
import type { Exchange, LanguageModel } from "../../language-model/language-model";
import type { Layer, NGrams } from "../../language-model/n-gram";
import { countNGrams } from "../../language-model/n-gram-count";
import { mergeNGrams, pruneNGrams } from "../../language-model/n-gram-merge";
import { type Dataset, exchangesOf } from "./dataset";
import { evaluate } from "./evaluate";

/** How to fine-tune. */
export interface TuneOptions {
  steps: number;
  /** 0.0001 is the usual one; see `weightOf`. */
  learningRate: number;
  /** How often every sample is visited; may be a fraction. */
  epochs: number;
  /** The same seed, data and options give the same model. */
  seed: number;
}

/** A file's samples, and their weight relative to other files. */
export interface WeightedSamples {
  samples: Dataset;
  weight: number;
}

/** How many tokens were counted so far, reported within a step. */
export interface Progress {
  step?: undefined;
  trainedTokens: number;
}

/** The result of a step. */
export interface Step {
  step: number;
  /** The tokens counted so far, with all repetitions. */
  trainedTokens: number;
  /** The loss of this step's samples before they were counted, in nats per token. */
  trainLoss: number | null;
  /** The loss of the held-out samples after this step. */
  validLoss: number | null;
  validAccuracy: number | null;
  /** All counts so far, for continuing from here. */
  nGrams: NGrams;
}

/** The most n-grams, about 40 MB. Beyond it, the continuations of the rarest contexts are dropped. */
const mostNGrams = 4_000_000;
/** How many tokens are counted at once. Counting sorts them, and this keeps its memory below 150 MB. */
const countedAtOnce = 500_000;
/**
 * The most exchanges that are kept; of more, a random selection. Each costs about 10 kB and a little time in every
 * answer.
 */
const mostExchanges = 4_000;
const evaluatedTokens = { train: 2_000, valid: 4_000 };

/** The order in which samples are visited. Empty data gives an empty schedule. */
export interface Schedule {
  length: number;
  tokens: number;
  visit(position: number): Uint16Array;
}

/** Returns the schedule: each sample is visited epochs × its file's weight times, in an order drawn by the seed. */
export function makeSchedule(files: readonly WeightedSamples[], { steps, epochs, seed }: TuneOptions): Schedule {
  const random = seededRandom(seed);
  const counts = files.map(({ samples, weight }) => Math.max(1, Math.round(samples.count * weight * epochs)));
  const visits = new Uint32Array(counts.reduce((sum, count) => sum + count, 0));
  let filled = 0;
  let offset = 0;
  for (const [index, { samples }] of files.entries()) {
    const order = shuffle(
      Uint32Array.from({ length: samples.count }, (_, sample) => sample),
      random,
    );
    for (let visit = 0; visit < (counts[index] ?? 0); visit++)
      visits[filled++] = offset + (order[visit % samples.count] as number);
    offset += samples.count;
  }
  shuffle(visits, random);
  const find = (sample: number) => {
    let local = sample;
    for (const { samples } of files) {
      if (local < samples.count) return samples.sample(local);
      local -= samples.count;
    }
    return new Uint16Array(0);
  };
  // With fewer samples than steps they are visited again, so that every step has one.
  const length = visits.length === 0 ? 0 : Math.max(visits.length, steps);
  const visit = (position: number) => find(visits[position % visits.length] as number);
  let tokens = 0;
  for (let position = 0; position < length; position++) tokens += visit(position).length;
  return { length, tokens, visit };
}

/**
 * Returns the weight of a new occurrence relative to one of the base model's: all new ones together count `4 ·
 * learningRate / 0.0001` times as much as the base's, but at the usual rate one new occurrence never counts less than
 * one of the base's.
 */
export function weightOf(base: NGrams, trainTokens: number, learningRate: number): number {
  const counted = base.levels[0]?.counts.reduce((sum, count) => sum + count, 0) ?? 0;
  return (learningRate / 0.0001) * Math.max(1, (4 * counted) / Math.max(1, trainTokens));
}

/**
 * Fine-tunes a base model step by step and returns the model. Each step adds the n-grams of its share of the visits to
 * the counts. `from` continues after a step of an earlier run, with the same result.
 */
export function* tune(
  base: LanguageModel,
  files: readonly WeightedSamples[],
  heldOut: Dataset,
  options: TuneOptions,
  from?: { step: number; nGrams: NGrams },
): Generator<Step | Progress, LanguageModel> {
  const { order, vocabularySize } = base.nGrams;
  const schedule = makeSchedule(files, options);
  const weight = weightOf(base.nGrams, schedule.tokens, options.learningRate);
  const boundary = (step: number) => Math.floor((step * schedule.length) / options.steps);
  const layers = (nGrams: NGrams): Layer[] => [
    { nGrams: base.nGrams, weight: 1 },
    { nGrams, weight },
  ];
  let nGrams = from?.nGrams ?? countNGrams([], order, vocabularySize);
  let trainedTokens = 0;
  for (let position = 0; position < boundary(from?.step ?? 0); position++)
    trainedTokens += schedule.visit(position).length;
  yield { trainedTokens };
  const every = (set: Dataset) => Array.from({ length: Math.min(set.count, 1_000) }, (_, i) => set.sample(i));
  const watched = every(heldOut);

  for (let step = (from?.step ?? 0) + 1; step <= options.steps; step++) {
    const visits = { from: boundary(step - 1), to: boundary(step) };
    const first = Array.from({ length: Math.min(100, visits.to - visits.from) }, (_, i) =>
      schedule.visit(visits.from + i),
    );
    const train = evaluate(layers(nGrams), first, evaluatedTokens.train);
    for (let position = visits.from; position < visits.to; ) {
      const sequences = [];
      let size = 0;
      while (position < visits.to && (size === 0 || size < countedAtOnce)) {
        const tokens = schedule.visit(position++);
        sequences.push({ tokens, weight: 1 });
        size += tokens.length;
      }
      nGrams = pruneNGrams(mergeNGrams(nGrams, countNGrams(sequences, order, vocabularySize)), mostNGrams);
      trainedTokens += size;
      if (position < visits.to) yield { trainedTokens };
    }
    const valid = evaluate(layers(nGrams), watched, evaluatedTokens.valid);
    yield {
      step,
      trainedTokens,
      trainLoss: train?.loss ?? null,
      validLoss: valid?.loss ?? null,
      validAccuracy: valid?.accuracy ?? null,
      nGrams,
    };
  }
  return { ...base, tuning: { nGrams, weight, exchanges: drawExchanges(base, files, options) } };
}

/** Returns all exchanges of the training samples, or a selection of the most that are kept, drawn by the seed. */
function drawExchanges(
  { tokenizer }: LanguageModel,
  files: readonly WeightedSamples[],
  { seed }: TuneOptions,
): Exchange[] {
  const random = seededRandom(seed);
  const drawn: Exchange[] = [];
  let seen = 0;
  for (const { samples } of files) {
    for (let index = 0; index < samples.count; index++) {
      // Reservoir sampling: every exchange has the same chance to stay.
      for (const exchange of exchangesOf(samples.sample(index), tokenizer)) {
        const place = seen++ < mostExchanges ? drawn.length : Math.floor(random() * seen);
        if (place < mostExchanges) drawn[place] = exchange;
      }
    }
  }
  return drawn;
}

function shuffle(values: Uint32Array, random: () => number): Uint32Array {
  for (let i = values.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    const value = values[i] as number;
    values[i] = values[j] as number;
    values[j] = value;
  }
  return values;
}
