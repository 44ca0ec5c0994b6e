/*
 * Parses and writes JSON of any size and shape that is known to be valid, a little at a time: less than a millisecond
 * of work before each `yield` (`server/platform/turns.ts`).
 */

/** Values up to this many characters are parsed at once; longer containers are split. */
const atOnce = 16 * 1024;
/** How many characters are searched between two yields. */
const stride = 64 * 1024;
/** Values with at most this many parts and characters are written at once. */
const [smallValues, smallText] = [200, 16 * 1024];

type Work<T> = Generator<undefined, T>;

/**
 * An object or list that is split: its start and end, the commas between its parts, and the parts that are split
 * themselves.
 */
type Big = { from: number; to: number; commas: number[]; bigs: Big[] };

const [quote, comma, backslash, openBracket, openBrace, closeBracket, closeBrace] = [34, 44, 92, 91, 123, 93, 125];

/**
 * Parses a text. Not every invalid text is noticed.
 *
 * @throws SyntaxError
 */
export function* parseWork(text: string): Work<unknown> {
  const top = yield* bigIn(text);
  return top ? yield* parseBig(text, top) : JSON.parse(text);
}

/** Finds the containers that are too long to be parsed at once; undefined: there are none. */
function* bigIn(text: string): Work<Big | undefined> {
  if (text.length <= atOnce) return undefined;
  const open: Big[] = [];
  let top: Big | undefined;
  let turn = stride;
  for (let at = 0; at < text.length; at++) {
    if (at >= turn) {
      turn = at + stride;
      yield;
    }
    const code = text.charCodeAt(at);
    if (code === quote) at = endOfString(text, at);
    else if (code === comma) open.at(-1)?.commas.push(at);
    else if (code === openBracket || code === openBrace) open.push({ from: at, to: at, commas: [], bigs: [] });
    else if (code === closeBracket || code === closeBrace) {
      const ended = open.pop();
      if (!ended) continue;
      ended.to = at;
      if (ended.to - ended.from <= atOnce) continue;
      const parent = open.at(-1);
      if (parent) parent.bigs.push(ended);
      else top = ended;
    }
  }
  return top;
}

/** Returns the position of the quote that ends a string. */
function endOfString(text: string, start: number): number {
  for (let at = text.indexOf('"', start + 1); at >= 0; at = text.indexOf('"', at + 1)) {
    let before = at - 1;
    while (text.charCodeAt(before) === backslash) before--;
    if ((at - before) % 2 === 1) return at;
  }
  return text.length;
}

function* parseBig(text: string, { from, to, commas, bigs }: Big): Work<unknown> {
  const isList = text.charCodeAt(from) === openBracket;
  const list: unknown[] = [];
  const object = {} as Record<string, unknown>;
  const parse = (part: string) => {
    if (isList) for (const each of JSON.parse(`[${part}]`) as unknown[]) list.push(each);
    else put(object, JSON.parse(`{${part}}`) as object);
  };
  const ends = [...commas, to];
  let begun = from + 1;
  let nextBig = 0;
  for (let i = 0; i < ends.length; i++) {
    const end = ends[i] as number;
    const start = i === 0 ? from + 1 : (ends[i - 1] as number) + 1;
    const big = bigs[nextBig];
    if (big && big.from < end) {
      // First the parts before the big one, then the big one.
      if (begun < start) parse(text.slice(begun, start - 1));
      yield;
      const value = yield* parseBig(text, big);
      if (isList) list.push(value);
      else {
        const named = JSON.parse(`{${text.slice(start, big.from)}0}`) as Record<string, unknown>;
        const [name = ""] = Object.keys(named);
        Object.defineProperty(named, name, { value, enumerable: true, writable: true, configurable: true });
        put(object, named);
      }
      nextBig++;
      begun = end + 1;
    } else if (end - begun > atOnce || i === ends.length - 1) {
      parse(text.slice(begun, end));
      begun = end + 1;
      yield;
    }
  }
  return isList ? list : object;
}

/** Copies members to an object as the parser would, including one named `__proto__`. */
function put(object: Record<string, unknown>, others: object): void {
  for (const [name, value] of Object.entries(others))
    if (name === "__proto__")
      Object.defineProperty(object, name, { value, enumerable: true, writable: true, configurable: true });
    else object[name] = value;
}

/** Writes a parsed value, or one made from it, as JSON in pieces. No piece begins or ends within a string. */
export function* writeWork(value: unknown): Work<string[]> {
  const pieces: string[] = [];
  let text = "";
  for (const part of written(value)) {
    text += part;
    if (text.length > atOnce) {
      pieces.push(text);
      text = "";
      yield;
    }
  }
  pieces.push(text);
  return pieces;
}

function* written(value: unknown): Generator<string> {
  if (typeof value !== "object" || value === null || isSmall(value)) {
    yield JSON.stringify(value) ?? "null";
    return;
  }
  let mark = Array.isArray(value) ? "[" : "{";
  if (Array.isArray(value))
    for (const each of value) {
      yield mark;
      yield* written(each);
      mark = ",";
    }
  else
    for (const [name, each] of Object.entries(value)) {
      if (each === undefined) continue;
      yield `${mark}${JSON.stringify(name)}:`;
      yield* written(each);
      mark = ",";
    }
  yield `${mark === "," ? "" : mark}${Array.isArray(value) ? "]" : "}"}`;
}

/** Checks whether a value is small. It stops looking as soon as it is not. */
function isSmall(value: unknown): boolean {
  let [values, length] = [0, 0];
  const fits = (each: unknown): boolean => {
    values++;
    if (typeof each === "string") length += each.length;
    if (values > smallValues || length > smallText) return false;
    if (typeof each !== "object" || each === null) return true;
    if (Array.isArray(each)) return each.length <= smallValues && each.every(fits);
    for (const name in each) if (!fits((each as Record<string, unknown>)[name])) return false;
    return true;
  };
  return fits(value);
}
