/**
 * The marker tokens. Ids 0–255 are the bytes, so every text can be encoded; then come a few markers, then the merges.
 */
export const roleTokens = { system: 256, user: 257, assistant: 258, tool: 259 } as const;
/** Ends a turn or a text. */
export const endToken = 260;
/** Marks the beginning of running text. */
export const textToken = 261;
/** The first learnt id. The ids between the markers and it are unused. */
export const firstMergedToken = 264;

/** Who speaks in a conversation. */
export type Role = keyof typeof roleTokens;
type Pair = readonly [left: number, right: number];

/** A byte-level BPE vocabulary. `encode` never yields a marker, so typed text cannot change the role. */
export interface Tokenizer {
  readonly vocabularySize: number;
  readonly merges: readonly Pair[];
  /** The bytes of the longest token. A text has at least its bytes divided by this many tokens. */
  readonly longestToken: number;
  encode(text: string): number[];
  /** Returns the bytes of one token; empty for a marker or an unknown id. */
  bytesOf(token: number): Uint8Array;
  /** Returns the text of the tokens, without markers, with invalid UTF-8 as U+FFFD. */
  decode(tokens: Iterable<number>): string;
}

/**
 * Learns the most frequent byte pairs of `texts` until the vocabulary has `vocabularySize` entries (at most 65,535).
 * The same texts give the same vocabulary: of equally frequent pairs, the smaller one is taken.
 */
export function trainTokenizer(texts: Iterable<string>, vocabularySize: number): Tokenizer {
  const words = countWords(texts);
  const pairs = new Map<number, { count: number; words: Set<number> }>();
  const tally = (word: number, sign: 1 | -1) => {
    const { tokens, count } = words[word] as Word;
    for (let i = 0; i + 1 < tokens.length; i++) {
      const key = pairKey(tokens[i] as number, tokens[i + 1] as number);
      const entry = pairs.get(key) ?? { count: 0, words: new Set() };
      pairs.set(key, entry);
      entry.count += sign * count;
      if (sign > 0) entry.words.add(word);
    }
  };
  for (const index of words.keys()) tally(index, 1);

  const merges: Pair[] = [];
  while (firstMergedToken + merges.length < vocabularySize) {
    let best = -1;
    let bestCount = 1; // a pair seen once teaches nothing
    for (const [key, { count }] of pairs) {
      if (count > bestCount || (count === bestCount && best >= 0 && key < best)) [best, bestCount] = [key, count];
    }
    if (best < 0) break;
    const pair: Pair = [Math.floor(best / 65_536), best % 65_536];
    const affected = pairs.get(best)?.words ?? new Set();
    const merged = firstMergedToken + merges.length;
    merges.push(pair);
    for (const index of affected) {
      tally(index, -1);
      const word = words[index] as Word;
      word.tokens = replacePair(word.tokens, pair, merged);
      tally(index, 1);
    }
    pairs.delete(best);
  }
  return createTokenizer(merges);
}

/** Returns the tokenizer of a list of merges, as `trainTokenizer` learnt and a serialised model keeps it. */
export function createTokenizer(merges: readonly Pair[]): Tokenizer {
  const bytes: Uint8Array[] = Array.from({ length: 256 }, (_, byte) => Uint8Array.of(byte));
  const ranks = new Map<number, number>();
  for (const [index, [left, right]] of merges.entries()) {
    const token = firstMergedToken + index;
    ranks.set(pairKey(left, right), token);
    bytes[token] = Uint8Array.from([...(bytes[left] ?? []), ...(bytes[right] ?? [])]);
  }
  const nothing = new Uint8Array(0);
  const bytesOf = (token: number) => bytes[token] ?? nothing;
  const seen = new Map<string, number[]>();

  function encodeWord(word: string): number[] {
    const known = seen.get(word);
    if (known) return known;
    let tokens = Array.from(new TextEncoder().encode(word));
    for (;;) {
      let rank = Number.POSITIVE_INFINITY;
      for (let i = 0; i + 1 < tokens.length; i++) {
        rank = Math.min(rank, ranks.get(pairKey(tokens[i] as number, tokens[i + 1] as number)) ?? rank);
      }
      const pair = merges[rank - firstMergedToken];
      if (!pair) break;
      tokens = replacePair(tokens, pair, rank);
    }
    if (seen.size >= 10_000) seen.clear();
    seen.set(word, tokens);
    return tokens;
  }

  return {
    vocabularySize: firstMergedToken + merges.length,
    merges,
    longestToken: Math.max(1, ...merges.map((_, index) => bytesOf(firstMergedToken + index).length)),
    bytesOf,
    encode(text) {
      const tokens: number[] = [];
      for (const [word] of text.matchAll(wordPattern)) for (const token of encodeWord(word)) tokens.push(token);
      return tokens;
    },
    decode(tokens) {
      const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
      let text = "";
      for (const token of tokens) text += decoder.decode(bytesOf(token), { stream: true });
      return text + decoder.decode();
    },
  };
}

// Every character matches exactly one branch. Lengths are bounded because merging is quadratic in a word's length.
const wordPattern = / ?\p{L}{1,32}| ?\p{N}{1,3}|[ ]?[^\s\p{L}\p{N}]{1,16}|\s{1,16}/gu;

interface Word {
  tokens: number[];
  count: number;
}

function countWords(texts: Iterable<string>): Word[] {
  const counts = new Map<string, number>();
  for (const text of texts) {
    for (const [word] of text.matchAll(wordPattern)) counts.set(word, (counts.get(word) ?? 0) + 1);
  }
  const encoder = new TextEncoder();
  return Array.from(counts, ([word, count]) => ({ tokens: Array.from(encoder.encode(word)), count }));
}

function pairKey(left: number, right: number): number {
  return left * 65_536 + right;
}

function replacePair(tokens: readonly number[], [left, right]: Pair, merged: number): number[] {
  const replaced: number[] = [];
  for (let i = 0; i < tokens.length; i++) {
    if (tokens[i] === left && tokens[i + 1] === right) {
      replaced.push(merged);
      i++;
    } else replaced.push(tokens[i] as number);
  }
  return replaced;
}
