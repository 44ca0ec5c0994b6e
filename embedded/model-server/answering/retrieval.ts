/** One remembered exchange and its similarity to the question: from 0 (nothing in common) to 1 (the same words). */
interface Match {
  index: number;
  similarity: number;
}

/** Finds the prompts that are most similar to a text. */
export interface PromptIndex {
  nearest(text: string, limit: number): Match[];
}

/** The features of prompts: in which prompts each one occurs, and its weight in each. */
interface Postings {
  features: Map<string, number>;
  starts: Uint32Array;
  prompts: Uint32Array;
  weights: Float32Array;
}

/**
 * Returns an inverted TF-IDF index over prompts: words, pairs of neighbouring words and letter triples (which tolerate
 * inflections and typing errors), compared by cosine. An empty prompt means "anything else": it matches every text with
 * `elseSimilarity`. `shareOf` weights the similarity to a prompt, by default 1. Yields every few milliseconds, so that
 * other work can run.
 */
export function* buildIndex(
  prompts: readonly string[],
  elseSimilarity: number,
  shareOf: (index: number) => number = () => 1,
): Generator<void, PromptIndex> {
  const features = new Map<string, number>();
  const found: [feature: number, weight: number][][] = [];
  const holders: number[] = [];
  for (const [index, prompt] of prompts.entries()) {
    const ofPrompt: [number, number][] = [];
    for (const [name, weight] of featuresOf(prompt)) {
      const feature = features.get(name) ?? features.size;
      features.set(name, feature);
      holders[feature] = (holders[feature] ?? 0) + 1;
      ofPrompt.push([feature, weight]);
    }
    found.push(ofPrompt);
    if (index % 100 === 99) yield;
  }
  const rarityOf = (holding: number) => Math.log((1 + prompts.length) / (1 + holding)) + 0.1;
  const rarity = Float64Array.from(holders, rarityOf);

  const starts = new Uint32Array(features.size + 1);
  for (const [feature, holding] of holders.entries()) starts[feature + 1] = (starts[feature] as number) + holding;
  const size = starts[features.size] as number;
  const postings: Postings = { features, starts, prompts: new Uint32Array(size), weights: new Float32Array(size) };
  const next = starts.slice();
  for (const [index, ofPrompt] of found.entries()) {
    const norm = lengthOf(ofPrompt.map(([feature, weight]) => weight * (rarity[feature] as number))) / shareOf(index);
    for (const [feature, weight] of ofPrompt) {
      const place = next[feature] as number;
      next[feature] = place + 1;
      postings.prompts[place] = index;
      postings.weights[place] = (weight * (rarity[feature] as number)) / norm;
    }
    if (index % 1_000 === 999) yield;
  }

  const otherwise = prompts.flatMap((prompt, index) =>
    prompt ? [] : [{ index, similarity: elseSimilarity * shareOf(index) }],
  );
  const similarities = new Float64Array(prompts.length);
  return {
    nearest(text, limit) {
      const asked = Array.from(featuresOf(text.slice(-2_000)), ([name, weight]) => {
        const feature = features.get(name);
        return { feature, weight: weight * (feature === undefined ? rarityOf(0) : (rarity[feature] as number)) };
      });
      const norm = lengthOf(asked.map(({ weight }) => weight));
      similarities.fill(0);
      for (const { feature, weight } of asked) {
        if (feature === undefined) continue;
        for (let place = starts[feature] as number; place < (starts[feature + 1] as number); place++) {
          const index = postings.prompts[place] as number;
          const part = (weight / norm) * (postings.weights[place] as number);
          similarities[index] = (similarities[index] as number) + part;
        }
      }
      return best(similarities, otherwise, limit);
    },
  };
}

/**
 * Returns the largest similarities above 0, including the prompts that match everything; of equal ones, the earlier
 * prompt comes first.
 */
function best(similarities: Float64Array, otherwise: readonly Match[], limit: number): Match[] {
  const isBefore = (a: Match, b: Match) =>
    a.similarity > b.similarity || (a.similarity === b.similarity && a.index < b.index);
  const kept: Match[] = [];
  const offer = (match: Match) => {
    const last = kept.at(-1);
    if (kept.length === limit && last && !isBefore(match, last)) return;
    const place = kept.findIndex((other) => isBefore(match, other));
    kept.splice(place < 0 ? kept.length : place, 0, match);
    if (kept.length > limit) kept.pop();
  };
  for (const match of otherwise) offer(match);
  for (const [index, similarity] of similarities.entries()) if (similarity > 0) offer({ index, similarity });
  return kept;
}

function featuresOf(text: string): Map<string, number> {
  const found = new Map<string, number>();
  const add = (feature: string, weight: number) => found.set(feature, (found.get(feature) ?? 0) + weight);
  const words =
    text
      .normalize("NFKC")
      .toLowerCase()
      .match(/[\p{L}\p{N}]+/gu) ?? [];
  let previous: string | undefined;
  for (const word of words) {
    add(word, 1);
    if (previous) add(`${previous} ${word}`, 0.5);
    const padded = `_${word.slice(0, 40)}_`;
    for (let i = 0; i + 3 <= padded.length; i++) add(`~${padded.slice(i, i + 3)}`, 0.35);
    previous = word;
  }
  return found;
}

function lengthOf(weights: readonly number[]): number {
  return Math.sqrt(weights.reduce((sum, weight) => sum + weight ** 2, 0)) || 1;
}
