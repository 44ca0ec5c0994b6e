/** The members of a JSON object. */
export type Members = Record<string, unknown>;

/** Returns the value if it is a JSON object. */
export function membersOf(value: unknown): Members | undefined {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Members) : undefined;
}

/** Returns the value if it is a string with at least one character. */
export function textOf(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

/** Checks whether a member is as good as missing. */
export function isMissing(value: unknown): value is null | undefined {
  return value === undefined || value === null;
}

/** Returns the members whose value is neither undefined nor null. */
export function present(members: Members): Members {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => !isMissing(value)));
}
