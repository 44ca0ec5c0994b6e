import { type LanguageModel, layersOf } from "../language-model/language-model";
import { distribution } from "../language-model/n-gram";
import { endToken, firstMergedToken } from "../language-model/tokenizer";
import { retrievedCounts } from "./retrieved-counts";
import { type Sampling, sample } from "./sampling";

/**
 * Yields the tokens of an answer to `prompt` until the model ends it; the end marker is not yielded. `question` is the
 * user's text: answers to similar questions are counted again, as if they had followed this prompt, with more weight
 * the more similar they are. Tokens are still drawn from n-gram probabilities, with these counts added.
 */
export function* generateTokens(
  model: LanguageModel,
  prompt: readonly number[],
  question: string,
  sampling: Sampling,
  random: () => number,
): Generator<number, void> {
  const layers = layersOf(model);
  const reach = model.nGrams.order - 1;
  let context = prompt.slice(Math.max(0, prompt.length - reach));
  const extra = retrievedCounts(model, context, question);
  const buffer = new Float64Array(model.nGrams.vocabularySize);
  const used = new Map<number, number>();
  const trigrams = new Map<string, Map<number, number>>();
  for (;;) {
    const weights = distribution(layers, context, extra, buffer);
    onlyKnownText(model, weights);
    // Greedy n-grams repeat themselves, so each earlier use of a trigram in this answer makes it ten times less likely.
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

/**
 * Excludes all markers except the end, and bytes that training never saw, so that no incomplete character is answered.
 */
function onlyKnownText(model: LanguageModel, weights: Float64Array): void {
  const known = layersOf(model).map(({ nGrams }) => nGrams.levels[0]?.tokens ?? []);
  const next = known.map(() => 0);
  for (let token = 0; token < firstMergedToken; token++) {
    let isKnown = false;
    for (const [layer, tokens] of known.entries()) {
      const place = next[layer] as number;
      if (tokens[place] !== token) continue;
      isKnown = true;
      next[layer] = place + 1;
    }
    if (!isKnown || (token >= 256 && token !== endToken)) weights[token] = 0;
  }
}
