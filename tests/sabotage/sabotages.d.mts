import type { Sabotage } from "./place.mjs";

/** Ways to break the product, one at a time, each of which has to turn a test red. */
export const sabotages: (Sabotage & { isQuick: boolean })[];
