import { readFileSync } from "node:fs";

/**
 * Reads a `.env` file into the environment, if there is one. Variables that are already set stay. Node.js can do this
 * itself only from 20.12 on. Lines are `NAME=value`, `export NAME=value` or comments; quotes are removed, and `\n` is a
 * line break within double quotes.
 */
export function loadEnvironmentFile(file: string, environment: NodeJS.ProcessEnv): void {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return;
    throw error;
  }
  for (const [name, value] of Object.entries(parseEnvironment(text))) environment[name] ??= value;
}

/** Returns the assignments in the text of a `.env` file. */
export function parseEnvironment(text: string): Record<string, string> {
  const found: Record<string, string> = {};
  const assignment =
    /^[^\S\n]*(?:export[^\S\n]+)?([A-Za-z_]\w*)[^\S\n]*=[^\S\n]*(?:"((?:\\.|[^"\\])*)"|'([^']*)'|([^\n#]*?))[^\S\n]*(?:#[^\n]*)?$/gm;
  for (const [, name, double, single, bare] of text.replaceAll("\r\n", "\n").matchAll(assignment)) {
    if (name !== undefined)
      found[name] = double?.replaceAll("\\n", "\n").replaceAll('\\"', '"') ?? single ?? bare ?? "";
  }
  return found;
}
