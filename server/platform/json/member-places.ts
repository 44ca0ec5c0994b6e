/**
 * The position of a member in the text of its object: the name begins at `start`, the value goes from `valueStart` to
 * `end`.
 */
export type Member = { name: string; start: number; valueStart: number; end: number };

/**
 * Returns the members of the outermost object of a JSON text in their order, without parsing their values. The text
 * must be a valid JSON object. With this, one member of a body can be changed while the rest is sent on exactly as it
 * came.
 */
export function membersOf(text: string): Member[] {
  const members: Member[] = [];
  let at = skipSpace(text, text.indexOf("{") + 1);
  while (text[at] === '"') {
    const start = at;
    at = endOfString(text, at);
    const quoted = text.slice(start, at);
    at = skipSpace(text, text.indexOf(":", at) + 1);
    const valueStart = at;
    at = endOfValue(text, at);
    const name: string = quoted.includes("\\") ? JSON.parse(quoted) : quoted.slice(1, -1);
    members.push({ name, start, valueStart, end: at });
    at = skipSpace(text, at);
    if (text[at] === ",") at = skipSpace(text, at + 1);
  }
  return members;
}

/**
 * Returns the text with new values for some members; `undefined` removes a member. The rest of the text is unchanged.
 */
export function withMembers(text: string, changes: Record<string, string | undefined>): string {
  const members = membersOf(text);
  let changed = "";
  let from = 0;
  for (const [i, { name, start, valueStart, end }] of members.entries()) {
    if (!Object.hasOwn(changes, name)) continue;
    const value = changes[name];
    if (value !== undefined) {
      changed += text.slice(from, valueStart) + value;
      from = end;
      continue;
    }
    const previous = members[i - 1];
    const next = members[i + 1];
    // The comma before the member is removed too, or the one after it if it is the first.
    changed += text.slice(from, previous ? Math.max(from, previous.end) : start);
    from = previous || !next ? end : next.start;
  }
  return changed + text.slice(from);
}

function endOfValue(text: string, start: number): number {
  const first = text[start];
  if (first === '"') return endOfString(text, start);
  if (first !== "{" && first !== "[") {
    let at = start;
    while (at < text.length && !isDelimiter(text.charCodeAt(at))) at++;
    return at;
  }
  let depth = 0;
  for (let at = start; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === quote) at = endOfString(text, at) - 1;
    else if (code === openBrace || code === openBracket) depth++;
    else if ((code === closeBrace || code === closeBracket) && --depth === 0) return at + 1;
  }
  return text.length;
}

/** Long strings make most of a long body, so the native `indexOf` looks for their ends. */
function endOfString(text: string, start: number): number {
  let end = text.indexOf('"', start + 1);
  while (end > 0 && isEscaped(text, end)) end = text.indexOf('"', end + 1);
  return end < 0 ? text.length : end + 1;
}

function isEscaped(text: string, at: number): boolean {
  let backslashes = 0;
  while (text.charCodeAt(at - 1 - backslashes) === backslash) backslashes++;
  return backslashes % 2 === 1;
}

function skipSpace(text: string, start: number): number {
  let at = start;
  while (isSpace(text.charCodeAt(at))) at++;
  return at;
}

const isSpace = (code: number) => code === 32 || code === 10 || code === 13 || code === 9;
const isDelimiter = (code: number) => isSpace(code) || code === comma || code === closeBrace || code === closeBracket;

const [quote, backslash, comma] = [34, 92, 44];
const [openBrace, closeBrace, openBracket, closeBracket] = [123, 125, 91, 93];
