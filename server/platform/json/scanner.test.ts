import { describe, expect, test } from "vitest";
import { cpuMs } from "@/tests/support/cpu-time";
import { JsonError, passingBounds, treeBounds } from "./bounds";
import { hashOf } from "./nesting";
import { parseJson, tryParseJson } from "./parse";
import { JsonScanner } from "./scanner";

const good = [
  "{}",
  "[]",
  " null ",
  "true",
  "false",
  '"a"',
  "0",
  "-0.5e+10",
  "12E-3",
  '{"a":[1,2,{"b":null}],"c":"\\u00e9\\n\\\\\\""}',
  '[[[[]]],{"":{}}]',
  '"\u{1f600} é \u2028"',
  '\t{\r\n"a" : 1 , "a" : -2.0 }\n',
  '{"\\u006dodel":"x","__proto__":[true]}',
];

const bad = [
  "",
  " ",
  "{",
  "}",
  "[1,]",
  "[,1]",
  "{,}",
  '{"a"}',
  '{"a":}',
  '{"a":1,}',
  "{a:1}",
  "{'a':1}",
  "01",
  "-",
  "1.",
  ".5",
  "1e",
  "1e+",
  "+1",
  "--1",
  "1 2",
  "nul",
  "nulll",
  "True",
  '"a',
  '"\n"',
  '"\\x"',
  '"\\u12g4"',
  '"\\u123"',
  "[1}",
  '{"a":1]',
  "[1 2]",
  '{"a" 1}',
  "\ufeff{}",
  "NaN",
  "[1]//",
];

/** Checks whether a text is accepted when it arrives in pieces of this length. */
function isTaken(bytes: Buffer, length: number): boolean {
  const scanner = new JsonScanner(treeBounds, { onMember: () => 1_000, onValue() {} });
  try {
    for (let i = 0; i < bytes.length; i += length) scanner.push(bytes.subarray(i, i + length));
    scanner.end();
    return true;
  } catch (error) {
    expect(error).toBeInstanceOf(JsonError);
    return false;
  }
}

describe.each([1, 2, 3, 7, 1_000])("in pieces of %d bytes", (length) => {
  test.each(good)("%j is JSON", (text) => {
    JSON.parse(text);
    expect(isTaken(Buffer.from(text), length)).toBe(true);
  });

  test.each(bad)("%j is none", (text) => {
    expect(() => JSON.parse(text)).toThrow();
    expect(isTaken(Buffer.from(text), length)).toBe(false);
  });

  test("a text with one byte changed, taken out or put in is taken when JSON.parse takes it", () => {
    const odd = Buffer.from(' {}[]",:\\/u0aefn1-+.Etr\n\x01é', "utf8");
    let step = 1;
    const next = (below: number) => {
      step = (step * 48_271) % 2_147_483_647;
      return step % below;
    };
    for (const text of good)
      for (let round = 0; round < 60; round++) {
        const bytes = [...Buffer.from(text)];
        bytes.splice(next(bytes.length), next(2), ...odd.subarray(next(odd.length)).subarray(0, next(3)));
        const changed = Buffer.from(bytes);
        expect([changed.toString("latin1"), isTaken(changed, length)]).toEqual([
          changed.toString("latin1"),
          isParsed(changed),
        ]);
      }
  });

  test.each([
    ["a cut character", [0x22, 0xe2, 0x82, 0x22]],
    ["an overlong one", [0x22, 0xc0, 0x80, 0x22]],
    ["half a surrogate pair", [0x22, 0xed, 0xa0, 0x80, 0x22]],
    ["a lone continuation", [0x22, 0x80, 0x22]],
    ["one that ends too early", [0x22, 0xf0, 0x9f, 0x98, 0x22]],
    ["one that the text ends in", [0x22, 0xf0, 0x9f]],
  ])("%s is no UTF-8", (_, bytes) => {
    expect(isTaken(Buffer.from(bytes), length)).toBe(false);
  });
});

function isParsed(bytes: Buffer): boolean {
  try {
    // Bytes that are not UTF-8 also throw here.
    JSON.parse(new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes));
    return true;
  } catch {
    return false;
  }
}

test.each([1, 5, 1_000])("the outermost members are told with where they are, in pieces of %d bytes", (length) => {
  const text = ' {\n "a" : [1, {"a": "x"}, "}"] ,\t"m\\u006fdel" :"quote \\" é" , "z":{"a":{}}, "n":-1.5e3,"t":true } ';
  const bytes = Buffer.from(text);
  const found: unknown[] = [];
  let last = "";
  const scanner = new JsonScanner(passingBounds, {
    onMember(name = "", start) {
      expect(bytes[start]).toBe(34);
      last = name;
      return name === "a" ? 0 : 100;
    },
    onValue(valueStart, end, first, parsed) {
      const value = bytes.subarray(valueStart, end).toString();
      expect([value.charCodeAt(0), parsed ?? JSON.parse(value)]).toEqual([first, JSON.parse(value)]);
      found.push([last, JSON.parse(value), parsed !== undefined]);
    },
  });
  for (let i = 0; i < bytes.length; i += length) scanner.push(bytes.subarray(i, i + length));
  scanner.end();
  const value = JSON.parse(text);
  expect(found).toEqual(Object.keys(value).map((name) => [name, value[name], name !== "a"]));
});

test.each([1, 5, 1_000])("strings are told with the names that lead to them, in pieces of %d bytes", (length) => {
  const bytes = Buffer.from(
    '{"messages":[{"content":[{"type":"t","image_url":{"url":"abc\\nLONG"},"text":"x"}]}],"input":["x"],"url":"é"}'.replace(
      "LONG",
      "x".repeat(198),
    ),
  );
  const found: (number | string)[][] = [];
  const ended: number[] = [];
  const scanner = new JsonScanner(passingBounds, {
    onMember: () => 0,
    onValue() {},
    strings: new Set([hashOf("type"), hashOf("url")]),
    onString: ({ names, depth }, length, head) => found.push([...names.subarray(depth - 1, depth + 1), length, head]),
    onObject: ({ depth }) => ended.push(depth),
  });
  for (let i = 0; i < bytes.length; i += length) scanner.push(bytes.subarray(i, i + length));
  scanner.end();
  expect(found).toEqual([
    [hashOf("content"), hashOf("type"), 1, "t"],
    [hashOf("image_url"), hashOf("url"), 203, `abc${"x".repeat(97)}`],
    [0, hashOf("url"), 2, Buffer.from("é").toString("latin1")],
  ]);
  expect(ended).toEqual([6, 5, 3, 1]);
});

test.each<[string, string, string]>([
  ["300,000 arrays in each other", "[".repeat(300_000), "too_deep"],
  ["65 objects in each other", '{"a":'.repeat(65), "too_deep"],
  ["600,000 members", `{${Array.from({ length: 600_000 }, (_, i) => `"k${i}":1`).join(",")}}`, "too_many_members"],
  ["a million values", `[${"0,".repeat(1_000_000)}0]`, "too_many_values"],
  ["a long name", `{"${"a".repeat(2_000)}":1}`, "too_long"],
  ["a long name of escapes", `{"${"\\n".repeat(2_000)}":1}`, "too_long"],
  ["a number of a million digits", "1".repeat(1_000_000), "too_long"],
])("%s are refused, and cost little", (_, text, kind) => {
  const bytes = Buffer.from(text);
  const begun = cpuMs();
  expect(() => parseJson(bytes)).toThrow(expect.objectContaining({ kind, isExcess: true }));
  expect(cpuMs() - begun).toBeLessThan(250);
  expect(tryParseJson(bytes)).toBeUndefined();
});

test("a value that is longer than what is wanted of it is refused while it comes", () => {
  const scanner = new JsonScanner(passingBounds, { onMember: () => 100, onValue() {} });
  scanner.push(Buffer.from(`{"model":"${"x".repeat(50)}`));
  expect(() => scanner.push(Buffer.from("x".repeat(50)))).toThrow(expect.objectContaining({ kind: "too_long" }));
});

test.each([
  ["too deep", "[".repeat(65) + "]".repeat(65), "too_deep"],
  ["as deep as it may be", "[".repeat(64) + "]".repeat(64), undefined],
  ["no JSON", '{"a":1,}', "malformed"],
  ["half of a character", '"\ud83d"', undefined],
  ["a name of the greatest length", `{"${"é".repeat(330)}":1}`, undefined],
])("a short text is judged as a long one, and as its bytes: %s", (_, text, kind) => {
  const verdict = (given: string | Buffer) => {
    try {
      parseJson(given);
      return undefined;
    } catch (error) {
      return (error as JsonError).kind;
    }
  };
  expect([text, text.padEnd(2_000), Buffer.from(text)].map(verdict)).toEqual([kind, kind, kind]);
});
