const mostNamed = 10;

/** Returns names as part of a sentence: "Acme, Initech and Hooli", at most ten. */
export function listed(names: string[]): string {
  const more = names.length - mostNamed;
  const shown = more > 0 ? [...names.slice(0, mostNamed), `${more} more`] : names;
  return shown.length > 1 ? `${shown.slice(0, -1).join(", ")} and ${shown.at(-1)}` : (shown[0] ?? "");
}
