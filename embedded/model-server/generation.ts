import type { LanguageModel } from "./language-model";
import { distribution, type ExtraCounts } from "./n-gram";
import { indexPrompts, type PromptIndex } from "./retrieval";
import { type Sampling, sample } from "./sampling";
import { endToken, firstMergedToken } from "./tokenizer";

/**
 * Tokens of an answer to `prompt`, until the model ends it; the end marker is not yielded. `question` is what the user asked,
 * in words: answers to similar questions are counted again, as if they had followed this very prompt, the more the more
 * similar. What comes out is still drawn from n-gram probabilities, only with those counts added.
 */
export function* generateTokens(
  model: LanguageModel,
  prompt: readonly number[],
  question: string,
  sampling: Sampling,
  random: () => number,
): Generator<number, void> {
  const reach = model.nGrams.order - 1;
  let context = prompt.slice(Math.max(0, prompt.length - reach));
  const extra = retrievedCounts(model, context, question);
  const buffer = new Float64Array(model.nGrams.vocabularySize);
  const used = new Map<number, number>();
  const trigrams = new Map<string, Map<number, number>>();
  for (;;) {
    const weights = distribution(model.nGrams, context, extra, buffer);
    onlyKnownText(model, weights);
    // Greedy n-grams walk in circles; a trigram already said in this answer is ten times less likely each time.
    const lastTwo = context.slice(-2).join();
    const said = trigrams.get(lastTwo) ?? new Map<number, number>();
    for (const [token, times] of said) weights[token] = (weights[token] as number) * 0.1 ** times;
    const token = sample(weights, sampling, used, random);
    if (token === endToken) return;
    yield token;
    trigrams.set(lastTwo, said.set(token, (said.get(token) ?? 0) + 1));
    used.set(token, (used.get(token) ?? 0) + 1);
    context.push(token);
    if (context.length > reach) context = context.slice(context.length - reach);
  }
}

// Tuned on the questions of our own corpus and paraphrases of them.
const retrieved = 6;
const elseSimilarity = 0.3;
const sharpness = 8;
const strength = 2;

function retrievedCounts(model: LanguageModel, context: readonly number[], question: string): ExtraCounts {
  const matches = indexOf(model).nearest(question, retrieved);
  const best = matches[0]?.similarity ?? 0;
  // Several wordings of a question share one answer: it is gone through once, with the sum of their weights.
  const answers = new Map<string, { answer: Uint16Array; weight: number }>();
  for (const { index, similarity } of matches) {
    const answer = model.exchanges[index]?.answer ?? new Uint16Array(0);
    // Measured against all answers together, so that it is heard in the shortest contexts of the largest models too.
    const weight = strength * model.exchanges.length * best * (similarity / best) ** sharpness;
    const key = answer.join();
    answers.set(key, { answer, weight: weight + (answers.get(key)?.weight ?? 0) });
  }
  const reach = model.nGrams.order - 1;
  const counts = new Map<string, Map<number, number>>();
  for (const { answer, weight } of answers.values()) {
    if (weight < 1) continue; // less than one occurrence is not worth its memory
    const tokens = [...context, ...answer];
    for (let position = context.length; position < tokens.length; position++) {
      const token = tokens[position] as number;
      for (let length = 0; length <= Math.min(reach, position); length++) {
        const key = tokens.slice(position - length, position).join();
        const after = counts.get(key) ?? new Map<number, number>();
        counts.set(key, after.set(token, (after.get(token) ?? 0) + weight));
      }
    }
  }
  return { after: (tokens, length) => counts.get(tokens.slice(tokens.length - length).join()) };
}

const indexes = new WeakMap<LanguageModel, PromptIndex>();

function indexOf(model: LanguageModel): PromptIndex {
  let index = indexes.get(model);
  if (!index) {
    index = indexPrompts(
      model.exchanges.map(({ prompt }) => prompt),
      elseSimilarity,
    );
    indexes.set(model, index);
  }
  return index;
}

/** No markers but the end, and no bytes the corpus never used: half a character is not an answer. */
function onlyKnownText(model: LanguageModel, weights: Float64Array): void {
  const known = model.nGrams.levels[0]?.tokens ?? [];
  let next = 0;
  for (let token = 0; token < firstMergedToken; token++) {
    const isKnown = known[next] === token;
    if (isKnown) next++;
    if (!isKnown || (token >= 256 && token !== endToken)) weights[token] = 0;
  }
}
