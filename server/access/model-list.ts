/**
 * Checks whether a key's list of models allows a name: an entry equals it, or an entry matches it, in which each `*`
 * stands for any characters. Takes time in proportion to the lengths of the entries and the name, whatever they
 * contain.
 *
 * When the name is itself a pattern, the result says whether everything it allows is on the list: a `*` in the name
 * is only matched by a `*` in an entry.
 */
export function listsModel(entries: readonly string[], name: string): boolean {
  return entries.includes(name) || entries.some((entry) => entry.includes("*") && fits(name, entry));
}

/**
 * Checks whether a name matches a pattern: finds the parts between the stars one after the other, the first at the
 * beginning and the last at the end.
 */
function fits(name: string, pattern: string): boolean {
  const [first = "", ...rest] = pattern.split("*");
  const last = rest.pop() ?? "";
  if (!name.startsWith(first)) return false;
  let at = first.length;
  for (const part of rest) {
    const found = name.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return name.length - last.length >= at && name.endsWith(last);
}
