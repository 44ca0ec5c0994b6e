import { access } from "./access.mjs";
import { account } from "./account.mjs";
import { audit } from "./audit.mjs";
import { edges } from "./edges.mjs";
import { files } from "./files.mjs";
import { firstWall } from "./first-wall.mjs";
import { gateway } from "./gateway.mjs";
import { races } from "./races.mjs";
import { secondWall } from "./second-wall.mjs";

/**
 * Ways to break the product, one at a time, each of which has to turn a test red.
 *
 * - `file`: what is changed; `in`: the function or procedure in it, when the text is not the only one of its kind
 * - `find`: the text, or a pattern, that occurs there exactly once; `replace`: what takes its place
 * - `expectRedIn`: the test files of which at least one test has to fail
 * - `isQuick`: among the few that every `npm test` tries
 */
export const sabotages = [
  ...firstWall,
  ...secondWall,
  ...access,
  ...audit,
  ...account,
  ...gateway,
  ...races,
  ...files,
  ...edges,
].map((sabotage, index) => ({
  ...sabotage,
  isQuick: sabotage.isQuick ?? index === 0,
}));

/**
 * The file's text with the sabotage done.
 *
 * @throws a sentence when the code has changed, so that there is not exactly one place to do it
 */
export function sabotaged(text, { in: name, find, replace, file }) {
  const [start, end] = name === undefined ? [0, text.length] : rangeOf(text, name, file);
  const part = text.slice(start, end);
  const places = typeof find === "string" ? part.split(find).length - 1 : [...part.matchAll(globally(find))].length;
  if (places !== 1) throw new Error(`${places} places instead of one in ${name ?? file}`);
  const changed = part.replace(find, typeof find === "string" ? () => replace : replace);
  return text.slice(0, start) + changed + text.slice(end);
}

/** From the beginning of a function or a procedure to the brace that ends it, by its indentation. */
function rangeOf(text, name, file) {
  const beginnings = [
    ...text.matchAll(
      new RegExp(`^( *)(?:(?:export )?(?:async )?function ${name}\\b|${name}: (?:\\w+Procedure|refusing)\\b)`, "gm"),
    ),
  ];
  const [beginning] = beginnings;
  if (beginnings.length !== 1 || !beginning) throw new Error(`${beginnings.length} times ${name} in ${file}`);
  const rest = text.slice(beginning.index);
  const end = rest.search(new RegExp(`^${beginning[1]}\\}`, "m"));
  if (end < 0) throw new Error(`no end of ${name} in ${file}`);
  return [beginning.index, beginning.index + end];
}

const globally = (pattern) => new RegExp(pattern.source, `${pattern.flags.replace("g", "")}g`);
