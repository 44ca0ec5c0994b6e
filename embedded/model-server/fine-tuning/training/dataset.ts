import type { Exchange } from "../../language-model/language-model";
import { endToken, roleTokens, type Tokenizer, textToken } from "../../language-model/tokenizer";

/** Samples as tokens in one array: sample i is `tokens[starts[i]] … tokens[starts[i + 1] - 1]`. */
export class Dataset {
  #tokens = new Uint16Array(4_096);
  #starts = new Uint32Array(256);
  #count = 0;

  /** Appends one sample; its memory doubles as it grows. */
  add(sample: readonly number[]): void {
    const from = this.tokenCount;
    if (from + sample.length > this.#tokens.length) {
      const grown = new Uint16Array(Math.max(2 * this.#tokens.length, from + sample.length));
      grown.set(this.#tokens);
      this.#tokens = grown;
    }
    if (this.#count + 2 > this.#starts.length) {
      const grown = new Uint32Array(2 * this.#starts.length);
      grown.set(this.#starts);
      this.#starts = grown;
    }
    this.#tokens.set(sample, from);
    this.#count++;
    this.#starts[this.#count] = from + sample.length;
  }

  /** Removes the last sample and returns it; undefined when there is none. */
  takeLast(): number[] | undefined {
    if (this.#count === 0) return undefined;
    const last = Array.from(this.sample(this.#count - 1));
    this.#count--;
    return last;
  }

  /** The number of samples. */
  get count(): number {
    return this.#count;
  }

  /** The number of tokens of all samples. */
  get tokenCount(): number {
    return this.#starts[this.#count] ?? 0;
  }

  /** Returns a view of one sample's tokens; empty for an index past the end. */
  sample(index: number): Uint16Array {
    if (index < 0 || index >= this.#count) return new Uint16Array(0);
    return this.#tokens.subarray(this.#starts[index], this.#starts[index + 1]);
  }
}

/**
 * Of longer answers only the beginning is kept; of longer questions only the end, where the question itself usually is.
 */
const mostAnswerTokens = 1_024;
const mostPromptTokens = 512;
const mostSentences = 8;

/**
 * Returns the exchanges of a sample: every assistant message with the user message before it. For running text, each
 * sentence is a prompt, and the text from there on is its answer.
 */
export function exchangesOf(sample: Uint16Array, tokenizer: Tokenizer): Exchange[] {
  if (sample[0] === textToken) {
    const text = tokenizer.decode(sample.subarray(1, 1 + mostAnswerTokens));
    const starts = [...text.matchAll(/(?<=^|[.!?]\s+)\S[^.!?]*/gu)].slice(0, mostSentences);
    return starts.map(({ 0: sentence, index }) => ({
      prompt: sentence,
      answer: Uint16Array.from([...tokenizer.encode(text.slice(index)), endToken]),
    }));
  }
  const exchanges: Exchange[] = [];
  let prompt: string | undefined;
  for (let from = 0; from < sample.length; ) {
    const role = sample[from];
    let to = from + 1;
    while (to < sample.length && sample[to] !== endToken) to++;
    if (role === roleTokens.user)
      prompt = tokenizer.decode(sample.subarray(Math.max(from + 1, to - mostPromptTokens), to));
    if (role === roleTokens.assistant && prompt !== undefined)
      exchanges.push({ prompt, answer: sample.slice(from + 1, Math.min(to + 1, from + 1 + mostAnswerTokens)) });
    from = to + 1;
  }
  return exchanges;
}

/**
 * Returns for each token of a sample whether it is graded: the assistant's messages, or all of a running text,
 * including end markers.
 */
export function isGraded(sample: Uint16Array): boolean[] {
  let grades = false;
  return Array.from(sample, (token) => {
    const isGradedToken = grades;
    if (token === textToken || token === roleTokens.assistant) grades = true;
    else if (token === endToken) grades = false;
    return isGradedToken;
  });
}
