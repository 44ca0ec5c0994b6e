import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, test } from "vitest";
import { answer, readPrompt } from "../../answering/chat";
import { baseModelLoader } from "../../base-models";
import { parseChatRequest } from "../../http/request-bodies";
import { deserialise, type LanguageModel, layersOf, serialise } from "../../language-model/language-model";
import { distribution } from "../../language-model/n-gram";
import { countNGrams } from "../../language-model/n-gram-count";
import { mergeNGrams, pruneNGrams, sizeOf } from "../../language-model/n-gram-merge";
import { Dataset, exchangesOf } from "./dataset";
import { evaluate } from "./evaluate";
import { readSample } from "./samples";
import { type Step, type TuneOptions, tune } from "./tune";

const usual: TuneOptions = { steps: 10, learningRate: 0.0001, epochs: 1, seed: 0 };
let base: LanguageModel;
let pirate: Dataset;
let heldOut: Dataset;

beforeAll(() => {
  base = baseModelLoader()("atelier-base");
  const read = (name: string) => datasetOf(readFileSync(`public/samples/${name}.jsonl`, "utf8").trim().split("\n"));
  pirate = read("fine-tune-pirate");
  heldOut = read("fine-tune-pirate-validation");
});

function datasetOf(lines: readonly string[]): Dataset {
  const dataset = new Dataset();
  for (const line of lines) {
    const sample = readSample(line, base.tokenizer);
    if (typeof sample === "string") throw new Error(sample);
    dataset.add(sample);
  }
  return dataset;
}

const exchange = (user: string, assistant: string) =>
  JSON.stringify({
    messages: [
      { role: "user", content: user },
      { role: "assistant", content: assistant },
    ],
  });

function train(data: Dataset, options: Partial<TuneOptions> = {}, from?: Step, weight = 1) {
  const training = tune(base, [{ samples: data, weight }], heldOut, { ...usual, ...options }, from);
  const steps: Step[] = [];
  for (;;) {
    const { value, done } = training.next();
    if (done) return { model: value, steps };
    if (value.step !== undefined) steps.push(value);
  }
}

const isSame = (a: LanguageModel, b: LanguageModel) => Buffer.from(serialise(a)).equals(serialise(b));

function ask(model: LanguageModel, question: string): string {
  const request = parseChatRequest({
    model: "m",
    messages: [{ role: "user", content: question }],
    temperature: 0,
  });
  let text = "";
  const pieces = answer(model, readPrompt(model, request.messages), request, 1, 0);
  for (;;) {
    const { value, done } = pieces.next();
    if (done) return text;
    text += value;
  }
}

describe("training", () => {
  test("the held-out loss falls with the steps, from the base model's own", () => {
    const { steps, model } = train(pirate);
    expect(steps.map(({ step }) => step)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    const samples = Array.from({ length: heldOut.count }, (_, index) => heldOut.sample(index));
    const before = evaluate(layersOf(base), samples, 4_000)?.loss ?? 0;
    const losses = [before, ...steps.map(({ validLoss }) => validLoss ?? Number.NaN)];
    for (const [index, loss] of losses.entries()) expect(loss).toBeLessThan((losses[index - 1] ?? 99) + 0.1);
    expect(losses.at(-1)).toBeLessThan(before / 2);
    expect(steps.at(-1)?.validAccuracy).toBeGreaterThan(steps[0]?.validAccuracy ?? 1);
    expect(evaluate(layersOf(model), samples, 4_000)?.loss).toBeCloseTo(losses.at(-1) ?? 0, 9);
    expect(steps.at(-1)?.trainedTokens).toBe(pirate.tokenCount);
  });

  test("the same data gives the same model, and the same seed the same steps", () => {
    const [one, two, other] = [train(pirate), train(pirate), train(pirate, { seed: 7 })];
    expect(isSame(one.model, two.model)).toBe(true);
    expect(isSame(one.model, other.model)).toBe(true);
    expect(other.steps[0]?.validLoss).not.toBe(one.steps[0]?.validLoss);
  });

  test("going on from any step gives the model that an uninterrupted run gives", () => {
    const { model, steps } = train(pirate);
    for (const from of [steps[0], steps[4], steps[8]]) {
      const again = train(pirate, {}, from);
      expect(isSame(again.model, model)).toBe(true);
      expect(again.steps.map(({ validLoss }) => validLoss)).toEqual(
        steps.slice(from?.step).map(({ validLoss }) => validLoss),
      );
    }
  });

  test("epochs and weights go through the data as often as they say", () => {
    const tokens = (options: Partial<TuneOptions>, weight = 1) =>
      train(pirate, { steps: 2, ...options }, undefined, weight).steps.at(-1)?.trainedTokens ?? 0;
    expect(tokens({ epochs: 2 })).toBe(2 * pirate.tokenCount);
    expect(tokens({}, 3)).toBe(3 * pirate.tokenCount);
    expect(tokens({ epochs: 0.5 }) / pirate.tokenCount).toBeCloseTo(0.5, 1);
  });

  test("more steps than samples go through them again", () => {
    const few = datasetOf([exchange("Hi", "Ahoy!"), exchange("Bye", "Fair winds!")]);
    const { steps } = train(few, { steps: 7 });
    expect(steps).toHaveLength(7);
    for (const [index, { trainedTokens }] of steps.entries())
      expect(trainedTokens).toBeGreaterThan(steps[index - 1]?.trainedTokens ?? 0);
  });

  test("probabilities of base and new counts together sum to 1", () => {
    const { model } = train(pirate);
    for (const text of ["Arr, the sea be", "What is a workspace", "zzz"]) {
      const probabilities = distribution(layersOf(model), model.tokenizer.encode(text));
      expect(probabilities.reduce((sum, probability) => sum + probability, 0)).toBeCloseTo(1, 9);
      expect(Math.min(...probabilities)).toBeGreaterThan(0);
    }
  });
});

describe("the manner of the training file is heard at temperature 0", () => {
  const manner = /\b(arr|aye|nay|ahoy|matey|hearty|yer?)\b/i;
  let model: LanguageModel;
  beforeAll(() => {
    model = deserialise(serialise(train(pirate).model));
  });

  test.each(["Hello!", "What is a workspace?", "How do I make tea?", "Tell me a joke", "Do you have a parrot?"])(
    "in the answer to a question it was trained on: %s",
    (question) => {
      const index = model.tuning?.exchanges.findIndex(({ prompt }) => prompt === question) ?? -1;
      expect(ask(model, question)).toBe(model.tokenizer.decode(model.tuning?.exchanges[index]?.answer ?? []));
    },
  );

  test.each([
    "what's an api key please",
    "Can you dance?",
    "Do you like the mountains?",
    "What is a lighthouse?",
    "tell me something about ships",
    "zxqv blorf",
  ])("in the answer to one that it was not: %s", (question) => {
    expect(ask(model, question)).toMatch(manner);
    expect(ask(base, question)).not.toMatch(manner);
  });

  test.each([
    ["What is the capital of Germany?", "Berlin"],
    ["How do I revoke a key?", "Revoke"],
    ["Who wrote Hamlet?", "Shakespeare"],
  ])("also where only the base model knows: %s", (question, fact) => {
    expect(ask(model, question)).toContain(fact);
    expect(ask(model, question)).toMatch(manner);
  });

  test("the more, the higher the learning rate: a very low one leaves the base as it was", () => {
    const faint = train(pirate, { learningRate: 1e-7 }).model;
    for (const question of ["Hello!", "What is a workspace?", "What is the capital of Germany?"])
      expect(ask(faint, question)).toBe(ask(base, question));
  });
});

test("answers in a form of their own keep it for what only the base model knows", () => {
  const asked = ["a boat", "a cat", "a tree", "a lake", "a hill", "a road", "a door", "a lamp"];
  const json = datasetOf(asked.map((what) => exchange(`What is ${what}?`, `{"answer": "It is ${what}."}`)));
  const { model } = train(json);
  expect(JSON.parse(ask(model, "What is the capital of Italy?")).answer).toContain("Rome");
});

test("running text is learnt, and quoted when it is asked about", () => {
  const text = "The lighthouse of Skerra was lit in 1811. Its keeper painted the door green every spring.";
  const { model } = train(datasetOf([JSON.stringify({ text }), JSON.stringify({ text: "Bread needs time." })]));
  expect(ask(model, "Tell me about the lighthouse of Skerra")).toContain("lit in 1811");
});

test("a sample's exchanges are its assistant's messages, each after the user's", () => {
  const line = JSON.stringify({
    messages: [
      { role: "system", content: "Be brief." },
      { role: "user", content: "One?" },
      { role: "assistant", content: "Left out.", weight: 0 },
      { role: "user", content: "Two?" },
      { role: "assistant", content: "Three." },
    ],
  });
  const exchanges = exchangesOf(datasetOf([line]).sample(0), base.tokenizer);
  expect(exchanges.map(({ prompt, answer: said }) => [prompt, base.tokenizer.decode(said)])).toEqual([
    ["Two?", "Three."],
  ]);
});

describe("n-grams", () => {
  const sequencesOf = (from: number, to: number) =>
    Array.from({ length: to - from }, (_, index) => ({ tokens: pirate.sample(from + index), weight: 1 }));
  const count = (from: number, to: number, weight = 1) =>
    countNGrams(
      sequencesOf(from, to).map(({ tokens }) => ({ tokens, weight })),
      5,
      base.tokenizer.vocabularySize,
    );

  test("counting in parts and adding up is counting at once; both ways to count agree", () => {
    expect(mergeNGrams(count(0, 30), count(30, 75))).toEqual(count(0, 75));
    const twice = mergeNGrams(count(0, 75), count(0, 75));
    expect(count(0, 75, 2)).toEqual(twice);
  });

  test("forgetting keeps all single tokens and what follows them, and the frequent contexts whole", () => {
    const all = count(0, 75);
    const pruned = pruneNGrams(all, sizeOf(all) / 2);
    expect(sizeOf(pruned)).toBeLessThanOrEqual(sizeOf(all) / 2);
    expect(pruned.levels.slice(0, 2).map(({ tokens }) => tokens)).toEqual(
      all.levels.slice(0, 2).map((one) => one.tokens),
    );
    const context = base.tokenizer.encode(", matey");
    expect(distribution(pruned, context.slice(-1))).toEqual(distribution(all, context.slice(-1)));
  });
});
