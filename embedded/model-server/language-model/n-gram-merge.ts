import type { NGramLevel, NGrams } from "./n-gram";

/** For every node of the level above: the range of its children in the two sets, as `from` and `to`. */
interface Ranges {
  a: Uint32Array;
  b: Uint32Array;
}

/** Returns the sum of two sets of n-grams with the same order and vocabulary, in time linear in their sizes. */
export function mergeNGrams(a: NGrams, b: NGrams): NGrams {
  const whole = (nGrams: NGrams) => Uint32Array.of(0, nGrams.levels[0]?.tokens.length ?? 0);
  let ranges: Ranges = { a: whole(a), b: whole(b) };
  const levels: NGramLevel[] = [];
  for (let depth = 0; depth < a.order; depth++) {
    const { level, starts, children } = mergeLevel(a.levels[depth], b.levels[depth], ranges);
    const above = levels.at(-1);
    if (above) above.first = starts;
    levels.push(level);
    ranges = children;
  }
  return { order: a.order, vocabularySize: a.vocabularySize, levels };
}

const empty: NGramLevel = { tokens: new Uint16Array(0), counts: new Uint32Array(0), first: new Uint32Array(0) };
const mostCounted = 2 ** 32 - 1;

function mergeLevel(a = empty, b = empty, parents: Ranges) {
  const most = a.tokens.length + b.tokens.length;
  const tokens = new Uint16Array(most);
  const counts = new Uint32Array(most);
  const children: Ranges = { a: new Uint32Array(2 * most), b: new Uint32Array(2 * most) };
  const starts = new Uint32Array(parents.a.length / 2 + 1);
  let size = 0;
  for (let parent = 0; parent < starts.length - 1; parent++) {
    starts[parent] = size;
    let i = parents.a[2 * parent] as number;
    let j = parents.b[2 * parent] as number;
    const iEnd = parents.a[2 * parent + 1] as number;
    const jEnd = parents.b[2 * parent + 1] as number;
    while (i < iEnd || j < jEnd) {
      const ofA = i < iEnd ? (a.tokens[i] as number) : Number.POSITIVE_INFINITY;
      const ofB = j < jEnd ? (b.tokens[j] as number) : Number.POSITIVE_INFINITY;
      let count = 0;
      if (ofA <= ofB) {
        count += a.counts[i] as number;
        children.a[2 * size] = a.first[i] ?? 0;
        children.a[2 * size + 1] = a.first[i + 1] ?? 0;
        i++;
      }
      if (ofB <= ofA) {
        count += b.counts[j] as number;
        children.b[2 * size] = b.first[j] ?? 0;
        children.b[2 * size + 1] = b.first[j + 1] ?? 0;
        j++;
      }
      tokens[size] = Math.min(ofA, ofB);
      counts[size] = Math.min(mostCounted, count);
      size++;
    }
  }
  starts[starts.length - 1] = size;
  const level = { tokens: tokens.slice(0, size), counts: counts.slice(0, size), first: new Uint32Array(0) };
  return { level, starts, children: { a: children.a.subarray(0, 2 * size), b: children.b.subarray(0, 2 * size) } };
}

/** Returns the number of n-grams of all lengths. */
export function sizeOf({ levels }: NGrams): number {
  return levels.reduce((sum, { tokens }) => sum + tokens.length, 0);
}

/**
 * Keeps at most `most` n-grams by dropping the continuations of the rarest contexts, beginning with contexts that were
 * seen once. The remaining contexts keep all their counts, and shorter contexts answer for the others. Continuations of
 * single tokens are never dropped.
 */
export function pruneNGrams(nGrams: NGrams, most: number): NGrams {
  let kept = nGrams;
  for (let rare = 1; sizeOf(kept) > most && rare < mostCounted / 2; rare *= 2) kept = forgetAfterRare(kept, rare);
  return kept;
}

function forgetAfterRare({ order, vocabularySize, levels }: NGrams, rare: number): NGrams {
  const kept: NGramLevel[] = [];
  // The nodes of the level that stay, in order. On the first level all stay.
  let nodes = Uint32Array.from({ length: levels[0]?.tokens.length ?? 0 }, (_, index) => index);
  for (const [depth, level] of levels.entries()) {
    const next = levels[depth + 1];
    const first = new Uint32Array(next ? nodes.length + 1 : 0);
    const following = new Uint32Array(next?.tokens.length ?? 0);
    let count = 0;
    if (next) {
      for (const [index, node] of nodes.entries()) {
        first[index] = count;
        if (depth > 0 && (level.counts[node] as number) <= rare) continue;
        for (let child = level.first[node] as number; child < (level.first[node + 1] as number); child++)
          following[count++] = child;
      }
      first[nodes.length] = count;
    }
    kept.push({
      tokens: Uint16Array.from(nodes, (node) => level.tokens[node] as number),
      counts: Uint32Array.from(nodes, (node) => level.counts[node] as number),
      first,
    });
    nodes = following.subarray(0, count);
  }
  return { order, vocabularySize, levels: kept };
}
