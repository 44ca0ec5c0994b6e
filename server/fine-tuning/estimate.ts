import type { Hyperparameters } from "./input";

/** What of a file says how much there is to train on. */
type Sized = { bytes: number };

/** Fits the ledger's integers. */
export const mostTokens = 2_000_000_000;

/**
 * Returns how many tokens a training takes, as far as can be said without the model server: a token for every four bytes of the
 * training files, as often as they are gone through, and once where steps are given instead.
 */
export function estimateTokens(files: Sized[], { epochs = 1 }: Pick<Hyperparameters, "epochs">): number {
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
  return Math.max(1, Math.ceil((bytes / 4) * epochs));
}

/** Returns what so many tokens cost in micro-units, at a price in micro-units a million: rounded up, as the ledger does. */
export function costOf(tokens: number, price: number): number {
  return Number((BigInt(tokens) * BigInt(price) + 999_999n) / 1_000_000n);
}
