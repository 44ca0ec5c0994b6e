// Browsers compile a script's functions at their first call, while the page waits. With this line first in a file
// (https://v8.dev/blog/explicit-compile-hints), browsers that support it compile all functions in advance, in the
// background. Almost all functions that our pages load are called during start-up: half of the blocking time was
// compilation. For other browsers the line is a comment.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";

const hint = "//# allFunctionsCalledOnLoad\n";

/**
 * Adds the line to every script of a folder, once. The names of the files stay, because the hash in a name stands for
 * what the script does.
 */
export function hintScripts(folder) {
  for (const name of readdirSync(folder)) {
    if (!name.endsWith(".js")) continue;
    const file = path.join(folder, name);
    const script = readFileSync(file, "utf8");
    if (!script.startsWith(hint)) writeFileSync(file, hint + script);
  }
}
