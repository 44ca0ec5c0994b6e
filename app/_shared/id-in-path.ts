/** Returns the id that the last segments of an address are: one may have slashes. Segments come as they are written there. */
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
