import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { programs } from "./programs";

const code = (lines: string[]) => lines.map((line) => `\`${line.trim()}\``).join(", ");

test("README's table says of every program what Overview does", () => {
  const [, table = ""] = readFileSync("README.md", "utf8").split("## Connect a program\n");
  const rows = table.split("\n").filter((line) => /^\| [^-]/.test(line));
  const expected = programs("https://atelier.example.com").map(
    ({ name, where, key }) => `| ${name} | ${code(where)} | ${code(key)} |`,
  );
  expect(rows.slice(1, expected.length + 1)).toEqual(expected);
});
