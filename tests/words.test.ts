import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, statSync } from "node:fs";
import { expect, test } from "vitest";

/**
 * Words that leave out who acts. docs/style.md asks for the actor instead: a member, an Admin, the worker, a client. They are
 * looked for in names, comments and texts alike.
 */
const crutches = /some(body|bodies|one)|any(body|one)|every(body|one)|nobody|no one\b|who(m)?ever/i;

/** Where they may stand: prose that the embedded model learns from, and history. */
const exempt = [
  "embedded/model-server/corpus/",
  "public/samples/",
  "db/migrations/",
  "tests/releases/",
  "package-lock.json",
  "docs/style.md",
  "tests/words.test.ts",
];

/** What is called so by others: the account of that name on Unix. */
const named = new Map([
  ["embedded/postgres/account.ts", /["`]nobody["`]|\\?"nobody\\?"/g],
  ["docs/operating.md", /`nobody`/g],
]);

const isCheckout = existsSync(".git");
const files = isCheckout
  ? execFileSync("git", ["ls-files", "-z"], { encoding: "utf8" })
      .split("\0")
      .filter((file) => file !== "" && existsSync(file) && statSync(file).isFile())
  : [];

const crutchesIn = (file: string, text: string): string[] =>
  text
    .replace(named.get(file) ?? /$^/g, "")
    .split("\n")
    .flatMap((line, index) => (crutches.test(line) ? [`${file}:${index + 1} ${line.trim()}`] : []));

test.runIf(isCheckout)("names, comments and texts name the actor (docs/style.md)", () => {
  const found = files
    .filter((file) => !exempt.some((start) => file.startsWith(start)))
    .flatMap((file) => {
      const bytes = readFileSync(file);
      return bytes.includes(0) ? [] : crutchesIn(file, bytes.toString());
    });
  expect(found).toEqual([]);
});

test("such words are found in names, in comments and in texts", () => {
  expect(crutchesIn("a.ts", "const isEverybodys = true;\n/** A key that nobody has. */\n\nSomebody else")).toEqual([
    "a.ts:1 const isEverybodys = true;",
    "a.ts:2 /** A key that nobody has. */",
    "a.ts:4 Somebody else",
  ]);
  expect(crutchesIn("docs/operating.md", "`postgres` or `nobody`")).toEqual([]);
  expect(crutchesIn("a.ts", "something that a member has, and nothing else")).toEqual([]);
});
