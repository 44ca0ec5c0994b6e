/** Returns the id in the last segments of an address; an id may contain slashes. `segments` are percent-encoded, as in the address. */
export function idInPath(segments: readonly string[]): string {
  return segments.map(decoded).join("/");
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
