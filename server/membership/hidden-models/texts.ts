const start = /ft(?::|%3a)/gi;
const end = /:\d{8}:[0-9a-f]{8}/g;
/** The longest id, in characters. Each becomes three when it is URL-encoded. */
const longest = 256;

/**
 * Adds to `found` everything in a text that can be the id of a workspace's own model: `ft:…`, alone or within a
 * sentence or a URL.
 */
export function findModelIds(text: string, found: Set<string>): void {
  // A quick check first: most texts have no id, and a report has very many texts.
  if (!text.includes("ft:") && !text.toLowerCase().includes("ft%3a")) return;
  for (const { index } of text.matchAll(start)) {
    const raw = /^[!-~]*/.exec(text.slice(index, index + 3 * longest))?.[0] ?? "";
    const part = raw[2] === ":" ? raw : decoded(raw);
    for (const whole of [part, part.split(/[,;"'&?#)]/, 1)[0] ?? ""]) if (whole.length <= longest) found.add(whole);
    for (const { index: at, 0: tail } of part.matchAll(end)) found.add(part.slice(0, at + tail.length));
  }
}

function decoded(text: string): string {
  try {
    // The text may be cut off within an encoded character.
    return decodeURIComponent(text.replace(/%[0-9a-f]?$/i, ""));
  } catch {
    return text;
  }
}

/** Replaces ids by their stand-ins, also in URL-encoded form, the longest ids first. */
export function replaceIds(text: string, names: readonly (readonly [string, string])[]): string {
  return names.reduce(
    (left, [id, name]) => left.replaceAll(id, name).replaceAll(encodeURIComponent(id), encodeURIComponent(name)),
    text,
  );
}

/**
 * Calls `visit` with every string within an answer or an input, made of plain objects and arrays. Keys are included.
 */
export function eachText(value: unknown, visit: (text: string) => void): void {
  if (typeof value === "string") visit(value);
  else if (Array.isArray(value)) for (const one of value) eachText(one, visit);
  else if (isPlain(value))
    for (const [key, one] of Object.entries(value)) {
      visit(key);
      eachText(one, visit);
    }
}

/**
 * Returns a copy of a value with every string replaced by `change`. `finish` is called for each object and its copy.
 */
export function mapTexts<T>(
  value: T,
  change: (text: string) => string,
  finish: (before: Plain, after: Plain) => void = () => {},
): T {
  const map = (one: unknown): unknown => {
    if (typeof one === "string") return change(one);
    if (Array.isArray(one)) return one.map(map);
    if (!isPlain(one)) return one;
    const copy: Plain = Object.create(Object.getPrototypeOf(one));
    for (const [key, each] of Object.entries(one)) copy[change(key)] = map(each);
    finish(one, copy);
    return copy;
  };
  return map(value) as T;
}

type Plain = Record<string, unknown>;

/** Dates, bytes and streams contain no texts and are not searched. */
function isPlain(value: unknown): value is Plain {
  if (typeof value !== "object" || value === null) return false;
  const prototype = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
