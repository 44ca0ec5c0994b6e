import { expect, test } from "vitest";
import { csvLine } from "./csv";

test.each(["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "＝1"])("%j is text to a spreadsheet", (text) => {
  expect(csvLine([text])).toBe(`"'${text}"\r\n`);
});

test("nothing breaks out of its cell or its line, and the rest is as it was", () => {
  expect(csvLine(['a","b', "a\r\nb", "plain", 3, "Ada's", ""])).toBe('"a"",""b","a\r\nb",plain,3,"Ada\'s",\r\n');
});
