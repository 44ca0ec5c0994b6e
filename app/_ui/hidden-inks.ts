/** Returns the inks of the series that an address has switched off: "1.3" are the first and the third. What else it says is left out. */
export function hiddenInks(said: string | string[] | undefined): number[] {
  const parts = ([said].flat()[0] ?? "").slice(0, 40).split(".");
  return [...new Set(parts.filter((part) => /^[1-9]$/.test(part)).map(Number))];
}
