/**
 * Returns the inks of the series that an address hides: "1.3" are the first and the third. Anything else is ignored.
 */
export function hiddenInks(said: string | string[] | undefined): number[] {
  const parts = ([said].flat()[0] ?? "").slice(0, 40).split(".");
  return [...new Set(parts.filter((part) => /^[1-9]$/.test(part)).map(Number))];
}
