/** One remembered exchange and how like the question it is: 0 (nothing in common) … 1 (the same words). */
interface Match {
  index: number;
  similarity: number;
}

/** Finds the prompts most like a text. */
export interface PromptIndex {
  nearest(text: string, limit: number): Match[];
}

/**
 * An inverted TF-IDF index over prompts: words, pairs of neighbouring words and letter triples (which forgive inflections
 * and typing errors), compared by cosine. An empty prompt is "anything else": it matches every text with `elseSimilarity`.
 */
export function indexPrompts(prompts: readonly string[], elseSimilarity: number): PromptIndex {
  const vectors = prompts.map(features);
  const holders = new Map<string, number>();
  for (const vector of vectors)
    for (const feature of vector.keys()) holders.set(feature, (holders.get(feature) ?? 0) + 1);
  const rarity = (feature: string) => Math.log((1 + prompts.length) / (1 + (holders.get(feature) ?? 0))) + 0.1;

  const postings = new Map<string, Array<{ index: number; weight: number }>>();
  for (const [index, vector] of vectors.entries()) {
    const norm = length(vector, rarity);
    for (const [feature, weight] of vector) {
      const entry = { index, weight: (weight * rarity(feature)) / norm };
      const list = postings.get(feature);
      if (list) list.push(entry);
      else postings.set(feature, [entry]);
    }
  }
  const otherwise = prompts.flatMap((prompt, index) => (prompt ? [] : [{ index, similarity: elseSimilarity }]));

  return {
    nearest(text, limit) {
      const vector = features(text.slice(-2_000));
      const norm = length(vector, rarity);
      const similarities = new Map<number, number>();
      for (const [feature, weight] of vector) {
        for (const posting of postings.get(feature) ?? []) {
          const part = ((weight * rarity(feature)) / norm) * posting.weight;
          similarities.set(posting.index, (similarities.get(posting.index) ?? 0) + part);
        }
      }
      return [...Array.from(similarities, ([index, similarity]) => ({ index, similarity })), ...otherwise]
        .sort((a, b) => b.similarity - a.similarity || a.index - b.index)
        .slice(0, limit);
    },
  };
}

function features(text: string): Map<string, number> {
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

function length(vector: ReadonlyMap<string, number>, rarity: (feature: string) => number): number {
  let sum = 0;
  for (const [feature, weight] of vector) sum += (weight * rarity(feature)) ** 2;
  return Math.sqrt(sum) || 1;
}
