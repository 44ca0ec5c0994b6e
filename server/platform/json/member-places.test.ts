import { expect, test } from "vitest";
import { cpuMs } from "@/tests/support/cpu-time";
import { membersOf, withMembers } from "./member-places";

test.each([
  '{"model":"a","n":1}',
  ' {\n "a" : [1, {"model": "x"}, "}"] ,\t"model" :"quote \\" and \\\\" , "z":{"a":{}} } ',
  '{"mod\\u0065l":"a","":null,"t":true,"f":-1.5e3,"e":[],"o":{}}',
  "{}",
])("the members of %s are found where they are", (text) => {
  const value = JSON.parse(text);
  const members = membersOf(text);
  expect(members.map(({ name }) => name)).toEqual(Object.keys(value));
  for (const { name, valueStart, end } of members) expect(JSON.parse(text.slice(valueStart, end))).toEqual(value[name]);
});

test("one value is replaced and everything else is left as it is", () => {
  const text = '{ "a":1.0,  "model" : "x\\"y" ,"b":[ 1,2 ]}';
  expect(withMembers(text, { model: '"z"' })).toBe('{ "a":1.0,  "model" : "z" ,"b":[ 1,2 ]}');
  expect(withMembers(text, { missing: "1" })).toBe(text);
});

test.each([
  ['{"usage":null,"a":1}', '{"a":1}'],
  ['{"a":1,"usage":null}', '{"a":1}'],
  ['{"a":1, "usage" : null , "b":2}', '{"a":1 , "b":2}'],
  ['{"usage":null}', "{}"],
])("from %s a member is taken out and %s is left", (text, left) => {
  expect(withMembers(text, { usage: undefined })).toBe(left);
});

test("a body of 10 MB is read in little time, whatever is in it", () => {
  for (const filling of ["x", "\\\\", '\\"', "[]", "{}"]) {
    const inString = !/[[{]/.test(filling);
    const many = Array(Math.floor(9_000_000 / (filling.length + 1))).fill(filling);
    const text = `{"content":${inString ? `"${many.join("")}"` : `[${many.join(",")}]`},"model":"a"}`;
    const begun = cpuMs();
    expect(membersOf(text).map(({ name }) => name)).toEqual(["content", "model"]);
    expect(cpuMs() - begun).toBeLessThan(2_000);
  }
});
