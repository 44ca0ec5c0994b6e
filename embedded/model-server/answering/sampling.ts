/**
 * How the next token is drawn. Temperature 0 always takes the most likely one; penalties work as in the OpenAI API (0 =
 * off).
 */
export interface Sampling {
  temperature: number;
  topP: number;
  presencePenalty: number;
  frequencyPenalty: number;
}

/** Returns a reproducible source of numbers in [0, 1): the same seed gives the same sequence (mulberry32). */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/**
 * Draws one token. `weights` need not sum to 1; tokens with weight 0 are never drawn. `used` is how often each token
 * was drawn in this answer, for the penalties. Of equal ones, the smaller id is taken.
 */
export function sample(
  weights: Float64Array,
  { temperature, topP, presencePenalty, frequencyPenalty }: Sampling,
  used: ReadonlyMap<number, number>,
  random: () => number,
): number {
  if (presencePenalty !== 0 || frequencyPenalty !== 0) {
    for (const [token, count] of used) {
      weights[token] = (weights[token] ?? 0) * Math.exp(-presencePenalty - frequencyPenalty * count);
    }
  }
  let likeliest = 0;
  for (let token = 1; token < weights.length; token++) {
    if ((weights[token] as number) > (weights[likeliest] as number)) likeliest = token;
  }
  const highest = weights[likeliest] as number;
  if (temperature === 0 || topP === 0 || highest === 0) return likeliest;

  // Relative to the most likely one, so that a low temperature cannot underflow all of them to 0.
  const negligible = highest * 1e-9 ** temperature;
  const candidates: Array<{ token: number; weight: number }> = [];
  let total = 0;
  for (let token = 0; token < weights.length; token++) {
    if ((weights[token] as number) <= negligible) continue;
    const weight = ((weights[token] as number) / highest) ** (1 / temperature);
    candidates.push({ token, weight });
    total += weight;
  }
  if (topP < 1) {
    candidates.sort((a, b) => b.weight - a.weight || a.token - b.token);
    let kept = 0;
    let mass = 0;
    while (kept < candidates.length && mass < topP * total) mass += candidates[kept++]?.weight ?? 0;
    candidates.length = kept;
    total = mass;
  }
  let left = random() * total;
  for (const { token, weight } of candidates) {
    left -= weight;
    if (left < 0) return token;
  }
  return likeliest;
}
