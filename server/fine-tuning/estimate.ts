import type { Hyperparameters } from "./input";

/** The size of a training file. */
type Sized = { bytes: number };

/** The greatest number that the ledger's integers can hold. */
export const mostTokens = 2_000_000_000;

/**
 * Estimates the tokens of a training without the model server: a token for every four bytes of the training files,
 * times the epochs, or once if steps are given instead.
 */
export function estimateTokens(files: Sized[], { epochs = 1 }: Pick<Hyperparameters, "epochs">): number {
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
  return Math.max(1, Math.ceil((bytes / 4) * epochs));
}

/** Returns the cost of tokens in micro-units, at a price in micro-units per million, rounded up as in the ledger. */
export function costOf(tokens: number, price: number): number {
  return Number((BigInt(tokens) * BigInt(price) + 999_999n) / 1_000_000n);
}
