/**
 * Checks whether a key's list of models has a name: as an entry, or by an entry in which each `*` stands for any characters. Costs as much as
 * the entries and the name are long, whatever they say. Given a pattern as the name it says whether all that it allows is on the list, since a `*` has
 * room only in another.
 */
export function listsModel(entries: readonly string[], name: string): boolean {
  return entries.includes(name) || entries.some((entry) => entry.includes("*") && fits(name, entry));
}

/** Finds the parts between the stars one after the other: the first at the beginning, the last at the end. */
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
