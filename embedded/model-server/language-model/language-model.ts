import type { Corpus } from "./corpus";
import type { Layer, NGrams } from "./n-gram";
import { countNGrams, type Sequence } from "./n-gram-count";
import { createTokenizer, endToken, roleTokens, type Tokenizer, textToken, trainTokenizer } from "./tokenizer";

/** A trained model: only plain data, besides its tokenizer. */
export interface LanguageModel {
  tokenizer: Tokenizer;
  nGrams: NGrams;
  /** The questions and answers of the training, for weighting counts by similarity to a new question. */
  exchanges: Exchange[];
  /** The additions of a fine-tune: its own counts, their weight, and its exchanges. */
  tuning?: Tuning;
}

/** What fine-tuning adds to a base model. */
export interface Tuning extends Layer {
  exchanges: Exchange[];
}

/** A question and its answer. */
export interface Exchange {
  prompt: string;
  /** Tokens of the answer, its end marker included. */
  answer: Uint16Array;
}

/** How to train. */
export interface TrainingOptions {
  /** Longest n-gram, 1 … 8. */
  order: number;
  /** Upper bound of the vocabulary, at most 65,535; unused when a tokenizer is given. */
  vocabularySize: number;
  /** An existing vocabulary to use, as a fine-tune uses its base model's. */
  tokenizer?: Tokenizer;
}

/** Trains a model. The same corpus and options give the same model. Takes about 1 s per MB of text. */
export function train(corpus: Corpus, { order, vocabularySize, tokenizer: given }: TrainingOptions): LanguageModel {
  const said = corpus.dialogues.flatMap(({ messages }) => messages.map(({ content }) => content));
  const tokenizer = given ?? trainTokenizer([...corpus.texts, ...said], vocabularySize);
  const sequences: Sequence[] = corpus.texts.map((text) => ({
    tokens: [textToken, ...tokenizer.encode(text), endToken],
    weight: 1,
  }));
  const exchanges: Exchange[] = [];
  for (const { messages, weight = 1 } of corpus.dialogues) {
    const tokens: number[] = [];
    let prompt: string | undefined;
    for (const { role, content } of messages) {
      const turn = [...tokenizer.encode(content), endToken];
      tokens.push(roleTokens[role]);
      for (const token of turn) tokens.push(token);
      if (role === "user") prompt = content;
      if (role === "assistant" && prompt !== undefined) exchanges.push({ prompt, answer: Uint16Array.from(turn) });
    }
    sequences.push({ tokens, weight });
  }
  return { tokenizer, nGrams: countNGrams(sequences, order, tokenizer.vocabularySize), exchanges };
}

/** Returns the counts that a model uses, its base's first. */
export function layersOf({ nGrams, tuning }: LanguageModel): Layer[] {
  return tuning ? [{ nGrams, weight: 1 }, tuning] : [{ nGrams, weight: 1 }];
}

/** One set of counts with its exchanges in the header: lengths in elements, in the order in which they are written. */
interface Part {
  order: number;
  prompts: string[];
  answers: number[];
  levels: Array<{ tokens: number; first: number }>;
}

interface Header extends Part {
  format: "atelier-n-gram-1";
  merges: Array<readonly [number, number]>;
  tuning?: Part & { weight: number };
}

/**
 * Returns a model as one block of bytes, little-endian: header length, JSON header, then the arrays, each aligned to 4
 * bytes.
 */
export function serialise({ tokenizer, nGrams, exchanges, tuning }: LanguageModel): Uint8Array {
  const header: Header = {
    format: "atelier-n-gram-1",
    merges: [...tokenizer.merges],
    ...describePart(nGrams, exchanges),
    ...(tuning && { tuning: { weight: tuning.weight, ...describePart(tuning.nGrams, tuning.exchanges) } }),
  };
  const json = new TextEncoder().encode(JSON.stringify(header));
  const arrays = [
    Uint32Array.of(json.length),
    json,
    ...arraysOf(nGrams, exchanges),
    ...(tuning ? arraysOf(tuning.nGrams, tuning.exchanges) : []),
  ];
  const bytes = new Uint8Array(arrays.reduce((sum, array) => sum + aligned(array.byteLength), 0));
  let offset = 0;
  for (const array of arrays) {
    bytes.set(new Uint8Array(array.buffer, array.byteOffset, array.byteLength), offset);
    offset += aligned(array.byteLength);
  }
  return bytes;
}

function describePart({ order, levels }: NGrams, exchanges: readonly Exchange[]): Part {
  return {
    order,
    prompts: exchanges.map(({ prompt }) => prompt),
    answers: exchanges.map(({ answer }) => answer.length),
    levels: levels.map(({ tokens, first }) => ({ tokens: tokens.length, first: first.length })),
  };
}

function arraysOf({ levels }: NGrams, exchanges: readonly Exchange[]) {
  return [
    ...exchanges.map(({ answer }) => answer),
    ...levels.flatMap(({ tokens, counts, first }) => [tokens, counts, first]),
  ];
}

/** Returns the model from the bytes of `serialise`. Throws when they are something else or incomplete. */
export function deserialise(bytes: Uint8Array): LanguageModel {
  // A copy starts at offset 0 of its own buffer: typed arrays must lie on multiples of their element size.
  const buffer = new Uint8Array(bytes).buffer;
  const jsonLength = new Uint32Array(buffer, 0, 1)[0] ?? 0;
  const header: Header = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 4, jsonLength)));
  if (header.format !== "atelier-n-gram-1") throw new Error("Not a serialised n-gram model.");
  const tokenizer = createTokenizer(header.merges);
  let offset = 4 + aligned(jsonLength);
  const take = <T extends ArrayBufferView>(
    kind: { new (buffer: ArrayBuffer, offset: number, length: number): T; BYTES_PER_ELEMENT: number },
    length: number,
  ): T => {
    const array = new kind(buffer, offset, length);
    offset += aligned(length * kind.BYTES_PER_ELEMENT);
    return array;
  };
  const takePart = ({ order, prompts, answers, levels }: Part) => {
    const exchanges = prompts.map((prompt, index) => ({ prompt, answer: take(Uint16Array, answers[index] ?? 0) }));
    const counted = levels.map(({ tokens, first }) => ({
      tokens: take(Uint16Array, tokens),
      counts: take(Uint32Array, tokens),
      first: take(Uint32Array, first),
    }));
    return { exchanges, nGrams: { order, vocabularySize: tokenizer.vocabularySize, levels: counted } };
  };
  const base = takePart(header);
  return {
    tokenizer,
    ...base,
    ...(header.tuning && { tuning: { weight: header.tuning.weight, ...takePart(header.tuning) } }),
  };
}

function aligned(length: number): number {
  return (length + 3) & ~3;
}
