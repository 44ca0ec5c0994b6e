import { setImmediate } from "node:timers/promises";
import type { LanguageModel } from "../language-model/language-model";
import type { ExtraCounts } from "../language-model/n-gram";
import { endToken } from "../language-model/tokenizer";
import { dress, findHabits, type Habits } from "./habits";
import { buildIndex, type PromptIndex } from "./retrieval";

// Tuned on the questions of our own corpus and of the sample of a fine-tune, and paraphrases of them.
const retrieved = 6;
const elseSimilarity = 0.3;
const sharpness = 8;
const strength = 2;

/**
 * Returns the counts for one answer: the answers to the most similar questions, counted again as if they had followed
 * `context`, with more weight the more similar they are. A fine-tuned model uses its own exchanges first; an answer
 * that only its base has gets the opening and closing of the training file.
 */
export function retrievedCounts(model: LanguageModel, context: readonly number[], question: string): ExtraCounts {
  const memory = memoryOf(model);
  const matches = memory.index.nearest(question, retrieved);
  const best = matches[0]?.similarity ?? 0;
  // Several wordings of a question share one answer, which is counted once with the sum of their weights.
  const answers = new Map<string, { answer: Uint16Array; weight: number }>();
  for (const { index, similarity } of matches) {
    const answer = memory.answer(index);
    // Relative to all answers, so that it has an effect in the shortest contexts of the largest models too.
    const weight = strength * memory.answers * best * (similarity / best) ** sharpness;
    const key = answer.join();
    answers.set(key, { answer, weight: weight + (answers.get(key)?.weight ?? 0) });
  }
  const reach = model.nGrams.order - 1;
  const counts = new Map<string, Map<number, number>>();
  for (const { answer, weight } of answers.values()) {
    if (weight < 1) continue; // less than one occurrence is not worth its memory
    const tokens = [...context, ...answer];
    for (let position = context.length; position < tokens.length; position++) {
      const token = tokens[position] as number;
      for (let length = 0; length <= Math.min(reach, position); length++) {
        const key = tokens.slice(position - length, position).join();
        const after = counts.get(key) ?? new Map<number, number>();
        counts.set(key, after.set(token, (after.get(token) ?? 0) + weight));
      }
    }
  }
  return { after: (tokens, length) => counts.get(tokens.slice(tokens.length - length).join()) };
}

/** The exchanges of a model, with an index of their prompts. */
interface Memory {
  index: PromptIndex;
  answer(index: number): Uint16Array;
  /** The number of answers that all counts correspond to. */
  answers: number;
}

const memories = new WeakMap<LanguageModel, Memory>();

/** Prepares a model's index in small pieces, so that its first answer is not slow. */
export async function prepareRetrieval(model: LanguageModel): Promise<void> {
  if (memories.has(model)) return;
  const building = buildMemory(model);
  for (;;) {
    const { value, done } = building.next();
    if (done) {
      memories.set(model, value);
      return;
    }
    await setImmediate();
  }
}

function memoryOf(model: LanguageModel): Memory {
  let memory = memories.get(model);
  const building = buildMemory(model);
  while (!memory) {
    const { value, done } = building.next();
    if (done) memory = value;
  }
  memories.set(model, memory);
  return memory;
}

function* buildMemory(model: LanguageModel): Generator<void, Memory> {
  const { exchanges, tuning, nGrams } = model;
  const all = [...exchanges, ...(tuning?.exchanges ?? [])];
  const prompts = all.map(({ prompt }) => prompt);
  const inAll = (index: number) => all[index]?.answer ?? new Uint16Array(0);
  if (!tuning) {
    return { index: yield* buildIndex(prompts, elseSimilarity), answer: inAll, answers: exchanges.length };
  }
  // The total weight of the new counts relative to the base's: 4 at the usual learning rate for a small file.
  const counted = (levels: typeof nGrams.levels) => levels[0]?.counts.reduce((sum, count) => sum + count, 0) ?? 0;
  const weight = (tuning.weight * counted(tuning.nGrams.levels)) / Math.max(1, counted(nGrams.levels));
  const share = { own: weight / (weight + 0.4), base: 1 / (1 + weight / 10) };
  const isBase = (index: number) => index < exchanges.length;
  const index = yield* buildIndex(prompts, elseSimilarity, (place) => (isBase(place) ? share.base : share.own));
  const said = exchanges.map(({ prompt, answer }) => `${prompt}\n${model.tokenizer.decode(answer)}`);
  const habits = share.own > 0.5 ? findHabits(tuning.exchanges, model.tokenizer, said) : undefined;
  return {
    index,
    answer: (place) => (isBase(place) ? say(model, inAll(place), habits) : inAll(place)),
    answers: exchanges.length * (1 + weight),
  };
}

function say({ tokenizer }: LanguageModel, answer: Uint16Array, habits: Habits | undefined): Uint16Array {
  if (!habits?.opening && !habits?.closing) return answer;
  return Uint16Array.from([...tokenizer.encode(dress(tokenizer.decode(answer), habits)), endToken]);
}
