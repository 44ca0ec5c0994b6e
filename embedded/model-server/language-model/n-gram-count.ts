import type { NGrams } from "./n-gram";

/** One training sequence. N-grams never span two sequences. Each n-gram counts `weight` times (an integer). */
export interface Sequence {
  tokens: ArrayLike<number>;
  weight: number;
}

/**
 * The n-grams that begin at each position, in sorted order. `at(place, depth)` is a token, or -1 past its sequence's
 * end.
 */
interface Sorted {
  size: number;
  at(place: number, depth: number): number;
  weight(place: number): number;
}

/**
 * Counts every n-gram of length 1 … `order`. Takes O(n log n) for n tokens; uses less than 30 bytes of memory per token
 * and level.
 */
export function countNGrams(sequences: readonly Sequence[], order: number, vocabularySize: number): NGrams {
  const bits = 32 - Math.clz32(vocabularySize);
  const isPlain = sequences.every(({ weight }) => weight === 1);
  const sorted = isPlain && bits * order <= 64 ? sortKeys(sequences, order, bits) : sortPositions(sequences, order);

  const levels = Array.from({ length: order }, () => ({
    tokens: new Uint16Array(sorted.size),
    counts: new Uint32Array(sorted.size),
    first: new Uint32Array(sorted.size + 1),
    length: 0,
  }));
  for (let place = 0; place < sorted.size; place++) {
    let isSame = place > 0;
    for (const [depth, level] of levels.entries()) {
      const token = sorted.at(place, depth);
      if (token < 0) break;
      isSame &&= token === sorted.at(place - 1, depth);
      if (!isSame) {
        level.tokens[level.length] = token;
        level.first[level.length] = levels[depth + 1]?.length ?? 0;
        level.length++;
      }
      level.counts[level.length - 1] = (level.counts[level.length - 1] as number) + sorted.weight(place);
    }
  }
  return {
    order,
    vocabularySize,
    levels: levels.map(({ tokens, counts, first, length }, depth) => {
      const next = levels[depth + 1];
      if (next) first[length] = next.length;
      return {
        tokens: tokens.slice(0, length),
        counts: counts.slice(0, length),
        first: first.slice(0, next ? length + 1 : 0),
      };
    }),
  };
}

/**
 * Sorts n-grams in the usual case, several times faster: each one is a number of up to 64 bits, and numbers are sorted
 * natively.
 */
function sortKeys(sequences: readonly Sequence[], order: number, bits: number): Sorted {
  const size = sizeOf(sequences);
  const keys = new BigUint64Array(size);
  // The same memory as 32-bit halves, low ones first, so that no big integers are needed.
  const halves = new Uint32Array(keys.buffer);
  let position = 0;
  for (const { tokens } of sequences) {
    for (let from = 0; from < tokens.length; from++) {
      let high = 0;
      let low = 0;
      for (let depth = 0; depth < order; depth++) {
        const symbol = from + depth < tokens.length ? (tokens[from + depth] as number) + 1 : 0;
        high = (high << bits) | (low >>> (32 - bits));
        low = (low << bits) | symbol;
      }
      halves[2 * position] = low;
      halves[2 * position + 1] = high;
      position++;
    }
  }
  keys.sort();
  const mask = 2 ** bits - 1;
  return {
    size,
    weight: () => 1,
    at(place, depth) {
      const shift = bits * (order - 1 - depth);
      const low = halves[2 * place] as number;
      const high = halves[2 * place + 1] as number;
      if (shift >= 32) return ((high >>> (shift - 32)) & mask) - 1;
      return (((low >>> shift) | (shift === 0 ? 0 : high << (32 - shift))) & mask) - 1;
    },
  };
}

function sortPositions(sequences: readonly Sequence[], order: number): Sorted {
  const size = sizeOf(sequences);
  const stream = new Uint16Array(size);
  const ends = new Uint32Array(size);
  const weights = new Uint32Array(size);
  let offset = 0;
  for (const { tokens, weight } of sequences) {
    stream.set(tokens, offset);
    ends.fill(offset + tokens.length, offset, offset + tokens.length);
    weights.fill(weight, offset, offset + tokens.length);
    offset += tokens.length;
  }
  const at = (position: number, depth: number) => {
    const index = position + depth;
    return index < (ends[position] as number) ? (stream[index] as number) : -1;
  };
  const sorted = Uint32Array.from({ length: size }, (_, index) => index).sort((a, b) => {
    for (let depth = 0; depth < order; depth++) {
      const difference = at(a, depth) - at(b, depth);
      if (difference !== 0 || at(a, depth) < 0) return difference;
    }
    return 0;
  });
  return {
    size,
    at: (place, depth) => at(sorted[place] as number, depth),
    weight: (place) => weights[sorted[place] as number] as number,
  };
}

function sizeOf(sequences: readonly Sequence[]): number {
  return sequences.reduce((sum, { tokens }) => sum + tokens.length, 0);
}
