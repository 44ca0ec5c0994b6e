import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { csvHead, csvLine } from "./csv";

test.each(["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "＝1"])("%j is text to a spreadsheet", (text) => {
  expect(csvLine([text])).toBe(`"'${text}"\r\n`);
});

test.each([
  ["Ada;=1+1", "Ada;'=1+1"],
  ["a; =1;-2", "a; '=1;'-2"],
  ['a;"=1', '"a;""\'=1"'],
  ["a;b - c; d=1", "a;b - c; d=1"],
])("%j is text too where semicolons separate cells", (text, written) => {
  const [, first] = /^(.*)\r\n$/s.exec(csvLine([text])) ?? [];
  expect(first === written || first === `"${written}"`).toBe(true);
});

test("nothing breaks out of its cell or its line, and the rest is as it was", () => {
  expect(csvLine(['a","b', "a\r\nb", "plain", 3, "Ada's", ""])).toBe('"a"",""b","a\r\nb",plain,3,"Ada\'s",\r\n');
});

test("IS-21 every CSV file begins with a byte order mark, so that Excel reads its umlauts", () => {
  expect(csvHead(["Größe", "n"])).toBe("\ufeffGröße,n\r\n");
  const writers = readdirSync("app", { recursive: true, encoding: "utf8" })
    .map((file) => `app/${file}`)
    .filter((file) => /(?<!\.test)\.tsx?$/.test(file) && file !== "app/_ui/csv.ts")
    .filter((file) => /\bcsvLine\(/.test(readFileSync(file, "utf8")));
  expect(writers.length).toBeGreaterThan(3);
  for (const file of writers)
    expect([file, readFileSync(file, "utf8")]).toEqual([file, expect.stringMatching(/\bcsvHead\b/)]);
});
