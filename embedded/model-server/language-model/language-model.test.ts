import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { readCorpusFiles } from "../base-models";
import { type Corpus, type Dialogue, parseCorpus } from "./corpus";
import { deserialise, serialise, train } from "./language-model";
import { distribution, type NGrams, perplexity } from "./n-gram";
import { endToken } from "./tokenizer";

const corpus = parseCorpus(readCorpusFiles(fileURLToPath(new URL("../corpus", import.meta.url))));
const options = { order: 5, vocabularySize: 1_024 };

/** Splits off every tenth text and every tenth answer, with all conversations that contain it. */
function split(): { training: Corpus; heldOut: string[] } {
  const isHeldOut = (_: unknown, index: number) => index % 10 === 9;
  const last = ({ messages }: Dialogue) => messages.at(-1)?.content ?? "";
  const texts = corpus.texts.filter(isHeldOut);
  const answers = [...new Set(corpus.dialogues.map(last))].filter(isHeldOut);
  return {
    training: {
      texts: corpus.texts.filter((text) => !texts.includes(text)),
      dialogues: corpus.dialogues.filter((dialogue) => !answers.includes(last(dialogue))),
    },
    heldOut: [...texts, ...answers],
  };
}

test("probabilities sum to 1 after any context, with and without extra counts, and none is 0", () => {
  const { nGrams, tokenizer } = train(corpus, options);
  const known = tokenizer.encode("How do I revoke a key? A workspace is a shared place");
  const extra = {
    after: (_: readonly number[], length: number) =>
      new Map([
        [300, 2.5 * length],
        [endToken, 1],
      ]),
  };
  for (let i = 0; i < 200; i++) {
    const random = Array.from({ length: i % 7 }, (_, j) => (i * 7919 + j * 104_729) % tokenizer.vocabularySize);
    const context = i % 2 ? random : known.slice(i % known.length, (i % known.length) + (i % 6));
    for (const counts of [undefined, extra]) {
      const probabilities = distribution(nGrams, context, counts);
      expect(probabilities.reduce((sum, probability) => sum + probability, 0)).toBeCloseTo(1, 9);
      expect(Math.min(...probabilities)).toBeGreaterThan(0);
    }
  }
});

test("a longer memory predicts text it has not seen better", () => {
  const { training, heldOut } = split();
  const of = (order: number) => train(training, { ...options, order });
  const mean = ({ nGrams, tokenizer }: { nGrams: NGrams; tokenizer: { encode(text: string): number[] } }) =>
    heldOut.reduce((sum, text) => sum + Math.log(perplexity(nGrams, tokenizer.encode(text))), 0) / heldOut.length;
  const [one, two, five] = [mean(of(1)), mean(of(2)), mean(of(5))];
  expect(two).toBeLessThan(one);
  expect(five).toBeLessThan(two);
});

test("training is pure: the same corpus gives the same bytes", () => {
  const small = { texts: corpus.texts.slice(0, 5), dialogues: corpus.dialogues.slice(0, 20) };
  expect(serialise(train(small, options))).toEqual(serialise(train(structuredClone(small), options)));
});

test("a serialised model comes back whole, also from the middle of a larger buffer", () => {
  const model = train(corpus, options);
  const bytes = serialise(model);
  const shifted = new Uint8Array(bytes.length + 3);
  shifted.set(bytes, 3);
  const restored = deserialise(shifted.subarray(3));
  expect(restored.nGrams).toEqual(model.nGrams);
  expect(restored.exchanges).toEqual(model.exchanges);
  expect(restored.tokenizer.merges).toEqual(model.tokenizer.merges);
  expect(() => deserialise(bytes.slice(0, 2_000))).toThrow();
});

test("a weight makes a conversation count as often as if it were repeated", () => {
  const dialogue = {
    messages: [
      { role: "user" as const, content: "Hi" },
      { role: "assistant" as const, content: "Ahoy!" },
    ],
  };
  const base = { texts: corpus.texts.slice(0, 3), dialogues: [] };
  const tokenizer = train(corpus, options).tokenizer;
  const weighted = train({ ...base, dialogues: [{ ...dialogue, weight: 3 }] }, { ...options, tokenizer });
  const repeated = train({ ...base, dialogues: [dialogue, dialogue, dialogue] }, { ...options, tokenizer });
  expect(weighted.nGrams).toEqual(repeated.nGrams);
});

test("a line of the corpus that is neither a turn nor its continuation is refused", () => {
  expect(() => parseCorpus([{ name: "a.txt", text: "user: Hi\nstranger: Ho" }])).toThrow("stranger: Ho");
});
