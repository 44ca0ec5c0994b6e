import type { KeySettings } from "./queries";

type List = readonly string[] | null;

/** Checks whether a list that narrows a key (null: it does not) lets in what the one before did not. */
const letsInMore = (before: List, after: List) =>
  before !== null && (after === null || after.some((entry) => !before.includes(entry)));

/** Checks whether a bound (null: there is none) is higher than before. */
const isHigher = (before: number | null, after: number | null) => before !== null && (after === null || after > before);

/** Checks whether changes let a key do something that it could not: another scope, model or address, or more of anything. */
export function widens(key: KeySettings, changes: Partial<KeySettings>): boolean {
  const now = { ...key, ...changes };
  return (
    letsInMore(key.scopes, now.scopes) ||
    letsInMore(key.models, now.models) ||
    letsInMore(key.ipRanges, now.ipRanges) ||
    isHigher(key.requestsPerMinute, now.requestsPerMinute) ||
    isHigher(key.tokensPerMinute, now.tokensPerMinute) ||
    isHigher(key.monthlyLimit, now.monthlyLimit)
  );
}

/** Checks whether a key that ends in so many days (null: never) lives longer than it would have. */
export function lengthens(key: { expiresAt: Date | null }, days: number | null): boolean {
  if (key.expiresAt === null) return false;
  return days === null || Date.now() + days * 86_400_000 > key.expiresAt.getTime();
}
