import type { Exchange } from "../language-model/language-model";
import { endToken, type Tokenizer } from "../language-model/tokenizer";

/** How most answers of a training file begin and end; empty: they have nothing in common. */
export interface Habits {
  opening: string;
  closing: string;
  /** What usually follows the opening: a space or nothing, then a small letter or any letter. */
  space: string;
  goesOn: boolean;
  /** Words that keep their capital letter within a sentence. */
  names: ReadonlySet<string>;
}

/** The share of all answers that must begin or end in the same way … */
const share = 0.3;
/** … with at most this many tokens, in at least this many answers. */
const mostTokens = 24;
const fewestAnswers = 6;
const mostAnswers = 1_000;

/** Returns the common beginning and end of the answers. `said` is text from which names are learnt. */
export function findHabits(exchanges: readonly Exchange[], tokenizer: Tokenizer, said: readonly string[]): Habits {
  const answers = exchanges.slice(0, mostAnswers).map(({ answer }) => {
    return answer.at(-1) === endToken ? answer.subarray(0, answer.length - 1) : answer;
  });
  const opening = shared(answers);
  const closing = shared(answers.map((answer) => answer.slice().reverse())).reverse();
  const text = tokenizer.decode(opening);
  const following = answers
    .map((answer) => tokenizer.decode(answer.subarray(0, opening.length + 8)))
    .filter((answer) => answer.startsWith(text))
    .map((answer) => answer.slice(text.length));
  const isMostly = (pattern: RegExp) => following.filter((rest) => pattern.test(rest)).length > following.length / 2;
  return {
    opening: text,
    closing: tokenizer.decode(closing),
    space: isMostly(/^\s/) ? " " : "",
    goesOn: isMostly(/^\s?\p{Ll}/u),
    names: new Set(said.flatMap((one) => one.match(/(?<=[\p{Ll},;] )\p{Lu}[\p{L}\p{N}]*/gu) ?? [])),
  };
}

/** Returns the longest beginning that enough sequences share, taking the most frequent next token each time. */
function shared(sequences: readonly Uint16Array[]): number[] {
  const needed = Math.max(fewestAnswers, share * sequences.length);
  const found: number[] = [];
  let going = sequences;
  while (found.length < mostTokens) {
    const counts = new Map<number, number>();
    for (const sequence of going) {
      const token = sequence[found.length];
      if (token !== undefined) counts.set(token, (counts.get(token) ?? 0) + 1);
    }
    const [token, count] = [...counts].sort((a, b) => b[1] - a[1] || a[0] - b[0])[0] ?? [0, 0];
    if (count < needed) break;
    going = going.filter((sequence) => sequence[found.length] === token);
    found.push(token);
  }
  return found;
}

/** Returns an answer with this opening and closing, without adding one that it already has. */
export function dress(answer: string, { opening, closing, space, goesOn, names }: Habits): string {
  let text = answer.trim();
  if (closing && !text.endsWith(closing)) {
    // A closing that continues the sentence replaces its full stop.
    if (/^[,;\s]/.test(closing)) text = text.replace(/[.!?]$/, "");
    text += closing;
  }
  if (!opening || text.startsWith(opening)) return text;
  const first = /^\p{Lu}\p{Ll}*(?![\p{L}\p{N}])/u.exec(text)?.[0];
  if (!goesOn || first === undefined || names.has(first)) return opening + space + text;
  return opening + space + first.toLowerCase() + text.slice(first.length);
}
