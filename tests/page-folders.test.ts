import { readdirSync } from "node:fs";
import { dirname } from "node:path";
import { expect, test } from "vitest";

const files = readdirSync("app", { recursive: true, encoding: "utf8" }).filter((file) => /\.tsx?$/.test(file));
const isAnswer = (file: string) => /(^|\/)(page|route)\.tsx?$/.test(file);
const isPart = (folder: string) => /(^|\/)_/.test(folder);

/** Returns the folders that look like a part of an address and lead to none, and the addresses below folders that do not look so. */
function misplaced(paths: string[]): string[] {
  const folders = [...new Set(paths.map(dirname))].filter((folder) => folder !== "." && !isPart(folder));
  const answers = paths.filter(isAnswer);
  return [
    ...folders.filter((folder) => !answers.some((file) => file.startsWith(`${folder}/`))),
    ...answers.filter((file) => isPart(dirname(file))),
  ];
}

test("a folder of app/ is a part of an address, or its name begins with an underscore", () => {
  expect(misplaced(files)).toEqual([]);
});

test("a folder without an address and a page in a folder of parts are found", () => {
  expect(misplaced(["w/page.tsx", "w/keys/page.tsx", "w/keys/_list/table.tsx"])).toEqual([]);
  expect(misplaced(["keys/page.tsx", "keys/list/table.tsx"])).toEqual(["keys/list"]);
  expect(misplaced(["keys/page.tsx", "keys/_list/page.tsx"])).toEqual(["keys/_list/page.tsx"]);
});
