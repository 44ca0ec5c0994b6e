/**
 * Counted n-grams as a trie in flat arrays: level d holds the distinct n-grams of length d + 1 in sorted order, and the
 * children of node i are the nodes first[i] … first[i + 1] - 1 of the next level (the last level has no `first`).
 */
export interface NGramLevel {
  tokens: Uint16Array;
  counts: Uint32Array;
  first: Uint32Array;
}

/** All n-grams of lengths 1 … order that were seen in training. */
export interface NGrams {
  order: number;
  vocabularySize: number;
  levels: NGramLevel[];
}

/**
 * Counts that are added to a model's own for one request: the possible tokens after the last `length` tokens of
 * `context`.
 */
export interface ExtraCounts {
  after(context: readonly number[], length: number): ReadonlyMap<number, number> | undefined;
}

/** How much is subtracted from every count, for the tokens that were never seen in its context. */
const discount = 0.75;

/** Counts that are mixed with others: each occurrence counts `weight` times, and the discount is multiplied too. */
export interface Layer {
  nGrams: NGrams;
  weight: number;
}

/**
 * Returns the probability of every token after `context`, by interpolated absolute discounting: with c(h) occurrences
 * of a context h, P(w|h) = (max(c(hw) - D, 0) + d(h) · P(w|shorter h)) / c(h), where d(h) is the sum of the discounts,
 * down to the uniform distribution. For several layers over one vocabulary, the discounted counts are added, each
 * multiplied by its layer's weight, together with the `extra` counts. The result sums to 1 and every token has a
 * probability above 0. It is written into `probabilities` if given, which saves an allocation per token.
 */
export function distribution(
  counted: NGrams | readonly Layer[],
  context: readonly number[],
  extra?: ExtraCounts,
  probabilities?: Float64Array,
): Float64Array {
  const layers: readonly Layer[] = "levels" in counted ? [{ nGrams: counted, weight: 1 }] : counted;
  const into = probabilities ?? new Float64Array(layers[0]?.nGrams.vocabularySize ?? 0);
  into.fill(0);
  let rest = 1;
  const reach = Math.max(0, ...layers.map(({ nGrams }) => nGrams.order - 1));
  for (let length = Math.min(reach, context.length); length >= 0; length--) {
    const added = extra?.after(context, length);
    const found = layers.map((layer) => findCounts(layer, context, length));
    let total = found.reduce((sum, one) => sum + one.total, 0);
    if (added) for (const count of added.values()) total += count;
    if (total === 0) continue;

    const share = rest / total;
    let taken = 0;
    for (const { level, from, to, weight } of found) {
      // Counted tokens lose the whole discount, because their counts are at least 1.
      taken += weight * discount * (to - from);
      for (let i = from; i < to; i++) {
        const token = level.tokens[i] as number;
        into[token] = (into[token] as number) + share * weight * ((level.counts[i] as number) - discount);
      }
    }
    for (const [token, count] of added ?? []) {
      // A token that was also counted has already been discounted. One that was only added loses at most its own count.
      const isCounted = found.some(({ level, from, to }) => search(level.tokens, token, from, to) >= 0);
      const loss = isCounted ? 0 : Math.min(discount, count);
      into[token] = (into[token] as number) + share * (count - loss);
      taken += loss;
    }
    rest = share * taken;
  }
  for (let token = 0; token < into.length; token++) into[token] = (into[token] as number) + rest / into.length;
  return into;
}

const nowhere: NGramLevel = { tokens: new Uint16Array(0), counts: new Uint32Array(0), first: new Uint32Array(0) };

/** Returns the counts after the last `length` tokens of the context: nodes `from` … `to` - 1 of a level. */
function findCounts({ nGrams, weight }: Layer, context: readonly number[], length: number) {
  const level = nGrams.levels[length] ?? nowhere;
  const [from, to] = length < nGrams.order ? childrenOf(nGrams, context, length) : [0, 0];
  let total = 0;
  for (let i = from; i < to; i++) total += level.counts[i] as number;
  return { level, from, to, weight, total: weight * total };
}

/**
 * Returns the exponential of the mean negative log probability of the tokens, each predicted from the ones before it. A
 * lower value means a better model.
 */
export function perplexity(nGrams: NGrams, tokens: readonly number[]): number {
  let sum = 0;
  for (const [index, token] of tokens.entries()) {
    const context = tokens.slice(Math.max(0, index - nGrams.order + 1), index);
    sum -= Math.log(distribution(nGrams, context)[token] ?? 0);
  }
  return Math.exp(sum / Math.max(1, tokens.length));
}

function childrenOf({ levels }: NGrams, context: readonly number[], length: number): [from: number, to: number] {
  let from = 0;
  let to = levels[0]?.tokens.length ?? 0;
  for (let depth = 0; depth < length; depth++) {
    const level = levels[depth] as NGramLevel;
    const node = search(level.tokens, context[context.length - length + depth] as number, from, to);
    if (node < 0) return [0, 0];
    from = level.first[node] as number;
    to = level.first[node + 1] as number;
  }
  return [from, to];
}

function search(tokens: Uint16Array, token: number, from: number, to: number): number {
  let low = from;
  let high = to - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const found = tokens[middle] as number;
    if (found === token) return middle;
    if (found < token) low = middle + 1;
    else high = middle - 1;
  }
  return -1;
}
