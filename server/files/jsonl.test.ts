import { expect, test } from "vitest";
import type { FilePurpose } from "@/db/schema/files";
import { cpuMs } from "@/tests/support/cpu-time";
import { flawSentence } from "./input";
import { JsonlCheck } from "./jsonl";

const instruct = JSON.stringify({
  messages: [
    { role: "user", content: "What is the sea?" },
    { role: "assistant", content: "Much water." },
  ],
});
const pretrain = JSON.stringify({ text: "The sea is much water." });

/** Checks bytes in chunks of a given length. */
function check(bytes: Buffer | string, { purpose = "fine-tune" as FilePurpose, isKnown = true, piece = 7 } = {}) {
  const whole = Buffer.from(bytes as string);
  const check = new JsonlCheck(isKnown ? purpose : undefined);
  for (let i = 0; i < whole.length; i += piece) check.add(whole.subarray(i, i + piece));
  return check.end(purpose);
}

const flawsOf = (text: Buffer | string, options = {}) =>
  check(text, options).flaws.map(({ line, code }) => `${line} ${code}`);

test.each([1, 2, 3, 7, 64, 100_000])("lines are the same however they are cut, here into pieces of %i", (piece) => {
  const text = `\ufeff${instruct}\r\n\r\n  \t\n${instruct.replaceAll("sea", "See 🌊 – ß")}\n{"text":\n${instruct}`;
  expect(check(text, { piece })).toEqual({
    sampleType: "instruct",
    samples: 4,
    flaws: [{ line: 5, code: "not_json" }],
  });
});

test("both kinds of samples are known, and a last line may or may not end", () => {
  expect(check(`${pretrain}\n${pretrain}`)).toEqual({ sampleType: "pretrain", samples: 2, flaws: [] });
  expect(check(`${instruct}\n`)).toEqual({ sampleType: "instruct", samples: 1, flaws: [] });
  expect(check("")).toEqual({ sampleType: null, samples: 0, flaws: [] });
  expect(check("\n \r\n\n")).toEqual({ sampleType: null, samples: 0, flaws: [] });
});

const message = (more: object) => JSON.stringify({ messages: [more, { role: "assistant", content: "Yes." }] });

test.each([
  ["not_json", "{'text': 1}"],
  ["not_json", '{"text":"a"} {"text":"b"}'],
  ["not_json", '{"text":"a\u0001b"}'],
  ["too_complex", `{"text":"a","x":${"[".repeat(300_000)}${"]".repeat(300_000)}}`],
  ["too_complex", `{"text":"a","x":[${'{"":0},'.repeat(21_000)}0]}`],
  ["not_object", "[]"],
  ["not_object", '"text"'],
  ["not_object", "null"],
  ["nul", '{"text":"a\0b"}'],
  ["nul", '{"text":"a\\u0000b"}'],
  ["nul", message({ role: "user", content: "a\0" })],
  ["no_sample", '{"prompt":"a"}'],
  ["no_sample", '{"__proto__":{"text":"a"}}'],
  ["both_samples", '{"text":"a","messages":[]}'],
  ["no_text", '{"text":" "}'],
  ["no_text", '{"text":1}'],
  ["no_messages", '{"messages":[]}'],
  ["no_messages", '{"messages":"a"}'],
  ["no_message", '{"messages":["a"]}'],
  ["unknown_role", message({ role: "robot", content: "a" })],
  ["unknown_role", message({ role: "toString", content: "a" })],
  ["no_content", message({ role: "user" })],
  ["no_content", message({ role: "user", content: null })],
  ["no_content", message({ role: "user", content: [{ type: "image_url" }] })],
  ["no_answer", '{"messages":[{"role":"user","content":"a"}]}'],
])("a line is told to be %s: %s", (code, line) => {
  expect(flawsOf(`${line}\n`)).toEqual([`1 ${code}`]);
});

test.each([
  message({ role: "user", content: [{ type: "text", text: "a" }] }),
  message({ role: "assistant", content: null, tool_calls: [] }),
  message({ role: "tool", content: "", tool_call_id: "x" }),
  JSON.stringify({ messages: [{ role: "assistant", content: "Yes." }], tools: [], weight: 1 }),
  '{"text":"a backslash before u0000: \\\\u0000"}',
])("a line is taken: %s", (line) => {
  expect(flawsOf(line, { piece: 65_536 })).toEqual([]);
});

test("a sample of the other kind is told from the line where it comes", () => {
  expect(flawsOf(`${instruct}\n${pretrain}\n${instruct}\n${pretrain}`)).toEqual(["2 mixed", "4 mixed"]);
});

test("bytes that are no UTF-8 are told, also where a character is cut by the end of a line", () => {
  const bad = Buffer.concat([Buffer.from(`${pretrain}\n{"text":"`), Buffer.from([0xe2, 0x82]), Buffer.from('"}\n')]);
  expect(flawsOf(bad)).toEqual(["2 not_utf8"]);
  expect(flawsOf(Buffer.from([0xff, 0xfe, 0x7b, 0]))).toEqual(["1 not_utf8"]);
  // A surrogate encoded as if it were a character.
  expect(
    flawsOf(Buffer.concat([Buffer.from('{"text":"'), Buffer.from([0xed, 0xa0, 0x80]), Buffer.from('"}')])),
  ).toEqual(["1 not_utf8"]);
});

test("as long as the purpose is not known, each is checked for what it wants", () => {
  const batch = '{"custom_id":"1","body":{"model":"m"}}\n';
  expect(flawsOf(batch, { purpose: "batch", isKnown: false })).toEqual([]);
  expect(check(batch, { purpose: "batch", isKnown: false }).sampleType).toBe("batch_request");
  expect(flawsOf(batch, { isKnown: false })).toEqual(["1 no_sample"]);
  expect(flawsOf(instruct, { purpose: "batch", isKnown: false })).toEqual(["1 no_request"]);
  expect(check(Buffer.from([0xff]), { purpose: "ocr", isKnown: false }).flaws).toEqual([]);
});

test("the first ten flaws are told, and then there is nothing more to learn", () => {
  const check = new JsonlCheck("fine-tune");
  check.add(Buffer.from("x\n".repeat(9)));
  expect(check.isHopeless).toBe(false);
  check.add(Buffer.from("x\n".repeat(9)));
  expect(check.isHopeless).toBe(true);
  expect(check.end("fine-tune").flaws.map(({ line }) => line)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
});

test("of a million lines the one that is bad is named", () => {
  const check = new JsonlCheck();
  const lines = Buffer.from(`${pretrain}\n`.repeat(1_000));
  for (let i = 0; i < 1_000; i++) {
    if (i === 654) check.add(Buffer.from("not a sample\n"));
    check.add(lines);
  }
  const { samples, flaws } = check.end("fine-tune");
  expect(samples).toBe(1_000_001);
  expect(flaws.map(flawSentence)).toEqual(["Line 654,001 is not JSON."]);
});

test("a line of 100 MB is named without being kept, and the lines after it are checked", () => {
  const check = new JsonlCheck("fine-tune");
  const chunk = Buffer.alloc(64 * 1024, "x");
  check.add(Buffer.from(`${pretrain}\n`));
  const before = process.memoryUsage();
  let most = 0;
  for (let i = 0; i < 1_600; i++) {
    check.add(chunk);
    const { arrayBuffers } = process.memoryUsage();
    most = Math.max(most, arrayBuffers - before.arrayBuffers);
  }
  check.add(Buffer.from("\n{}\n"));
  expect(check.end("fine-tune").flaws).toEqual([
    { line: 2, code: "too_long" },
    { line: 3, code: "no_sample" },
  ]);
  expect(most).toBeLessThan(16 * 1024 * 1024);
});

test("a line of a megabyte exactly is taken, and one of a byte more is not", () => {
  const line = (length: number) => `{"text":"${"x".repeat(length - 11)}"}\n`;
  expect(flawsOf(line(1024 * 1024), { piece: 65_536 })).toEqual([]);
  expect(flawsOf(line(1024 * 1024 + 1), { piece: 65_536 })).toEqual(["1 too_long"]);
});

test("a line of 300,000 arrays in each other is told, and costs little", () => {
  const line = Buffer.from(`{"text":"a","x":${"[".repeat(300_000)}${"]".repeat(300_000)}}\n`);
  const begun = cpuMs();
  expect(flawsOf(line, { piece: 65_536 })).toEqual(["1 too_complex"]);
  expect(cpuMs() - begun).toBeLessThan(250);
});

test("however many lines come at once, others have their turns between them, and a hopeless file costs nothing more", async () => {
  const many = Buffer.from('{"text":"a"}\n'.repeat(80_000));
  const check = new JsonlCheck();
  let turns = 0;
  let isOver = false;
  const turn = () => {
    turns++;
    if (!isOver) setImmediate(turn);
  };
  setImmediate(turn);
  await check.take(many);
  isOver = true;
  expect(turns).toBeGreaterThan(10);
  expect(check.end("fine-tune")).toMatchObject({ samples: 80_000, flaws: [] });

  const hopeless = new JsonlCheck();
  const lines = Buffer.from("1\n".repeat(500_000));
  const begun = cpuMs();
  for (let i = 0; i < 100; i++) await hopeless.take(lines);
  expect(hopeless.isHopeless).toBe(true);
  expect(cpuMs() - begun).toBeLessThan(250);
});
