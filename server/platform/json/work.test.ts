import { expect, test } from "vitest";
import { workAtOnce } from "../turns";
import { parseWork, writeWork } from "./work";

const repeated = (count: number, of: (i: number) => unknown) => Array.from({ length: count }, (_, i) => of(i));
const escaped = 'a "b" \\\\ {c}, [d]\n\u2028';

test.each([
  ["a little", { a: [1, "x", null, true, {}] }],
  ["many small", { messages: repeated(20_000, (i) => ({ role: "user", content: `${escaped} ${i}` })), after: 1 }],
  ["one of many parts", [{ content: repeated(30_000, (i) => ({ type: "text", text: String(i) })) }, "last"]],
  [
    "one within another",
    { a: { b: { c: repeated(5_000, (i) => [i, [], {}]), d: repeated(9_000, String) }, e: "x" }, f: [] },
  ],
  ["long strings", { a: [escaped.repeat(5_000), escaped.repeat(9_000)], b: "y".repeat(50_000) }],
  ["many names", Object.fromEntries(repeated(20_000, (i) => [`${escaped}${i}`, i]) as [string, number][])],
  ["a list of lists", repeated(300, () => repeated(300, (i) => i))],
])("%s is parsed and written as at once, in any layout", (_, value) => {
  for (const text of [JSON.stringify(value), JSON.stringify(value, null, 2)]) {
    const parsed = workAtOnce(parseWork(text));
    expect(JSON.stringify(parsed)).toBe(JSON.stringify(value));
    expect(workAtOnce(writeWork(parsed)).join("")).toBe(JSON.stringify(value));
  }
});

test("a member that is called __proto__ is one, and the last of two counts", () => {
  const long = JSON.stringify(repeated(20_000, (i) => i));
  const text = `{"__proto__":${long},"a":1,"b":{"__proto__":2,"c":${long}},"a":${long},"d":{"__proto__":7}}`;
  const [parsed, expected] = [workAtOnce(parseWork(text)), JSON.parse(text)];
  expect(JSON.stringify(parsed)).toBe(JSON.stringify(expected));
  expect(Object.getPrototypeOf(parsed)).toBe(Object.prototype);
});

test("what JSON leaves out is left out", () => {
  const value = {
    a: undefined,
    b: [undefined, ...repeated(9_000, String)],
    c: { d: undefined, e: repeated(9_000, String) },
  };
  expect(workAtOnce(writeWork(value)).join("")).toBe(JSON.stringify(value));
});

test.each([
  ["small", (i: number) => ({ role: "user", content: [{ type: "text", text: `Number ${i}` }] })],
  ["long", (i: number) => ({ role: "user", content: `${i} `.repeat(200) })],
])("the work on 15,000 %s messages is done in many short parts", (_, of) => {
  const text = JSON.stringify({ messages: repeated(15_000, of) });
  const times: number[] = [];
  const timed = <T>(work: Generator<unknown, T>): T => {
    for (;;) {
      const begun = performance.now();
      const { done, value } = work.next();
      times.push(performance.now() - begun);
      if (done) return value;
    }
  };
  timed(writeWork(timed(parseWork(text))));
  expect(times.length).toBeGreaterThan(50);
  // Some coincide with garbage collection or other work of the machine.
  expect(times.sort((a, b) => a - b)[Math.floor(times.length * 0.8)]).toBeLessThan(5);
});
