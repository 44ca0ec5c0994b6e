const mostNamed = 10;

/** Returns names as a sentence has them: "Acme, Initech and Hooli", ten at most. */
export function listed(names: string[]): string {
  const more = names.length - mostNamed;
  const shown = more > 0 ? [...names.slice(0, mostNamed), `${more} more`] : names;
  return shown.length > 1 ? `${shown.slice(0, -1).join(", ")} and ${shown.at(-1)}` : (shown[0] ?? "");
}
