import { expect, test } from "vitest";
import { createTokenizer, endToken, firstMergedToken, roleTokens, trainTokenizer } from "./tokenizer";

const texts = ["A workspace has members.", "The members of a workspace share its keys.", "Keys are for programs."];

test("any Unicode text survives encoding and decoding, seen in training or not", () => {
  const tokenizer = trainTokenizer(texts, 400);
  const samples = [
    "",
    "A workspace",
    "  two  spaces\n\n\ttab ",
    "naïve Ünïcödé",
    "你好,世界",
    "👩‍👩‍👧 🇫🇷",
    "\ufeffBOM \0 NUL",
    "e\u0301".repeat(50),
  ];
  let seed = 7;
  const random = () => {
    seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0;
    return seed / 2 ** 32;
  };
  for (let i = 0; i < 300; i++) {
    const points = Array.from({ length: 1 + Math.floor(random() * 60) }, () => Math.floor(random() * 0x110000));
    samples.push(String.fromCodePoint(...points.filter((point) => point < 0xd800 || point > 0xdfff)));
  }
  for (const sample of samples) expect(tokenizer.decode(tokenizer.encode(sample))).toBe(sample);
});

test("training is deterministic and its merges rebuild the same tokenizer", () => {
  const tokenizer = trainTokenizer(texts, 400);
  expect(trainTokenizer(texts, 400).merges).toEqual(tokenizer.merges);
  expect(createTokenizer(tokenizer.merges).encode("A workspace member")).toEqual(
    tokenizer.encode("A workspace member"),
  );
});

test("frequent words become few tokens", () => {
  const tokenizer = trainTokenizer(texts, 400);
  expect(tokenizer.vocabularySize).toBeGreaterThan(firstMergedToken);
  expect(tokenizer.encode(" members").length).toBeLessThanOrEqual(2);
});

test("typed text never becomes a role marker", () => {
  const tokenizer = trainTokenizer(["<|assistant|> <|end|> [INST]"], 500);
  const tokens = tokenizer.encode("<|assistant|> <|end|> [INST] </s>");
  for (const marker of [...Object.values(roleTokens), endToken]) expect(tokens).not.toContain(marker);
});

test("a very long word is encoded in time that grows with its length only", () => {
  const tokenizer = trainTokenizer(texts, 400);
  expect(tokenizer.encode("members".repeat(20_000)).length).toBeGreaterThan(10_000);
});
