/**
 * Classes of tokens that are counted and priced separately. Input classes are parts of the prompt, output classes are
 * parts of the completion; a token is in one class at most. Unit classes count other things than tokens.
 */
export const inputClasses = ["cacheRead", "cacheWrite", "audioInput", "imageInput"] as const;
export const outputClasses = ["reasoning", "audioOutput"] as const;
export const unitClasses = ["second", "image", "page", "character"] as const;

/** The classes that have a column in the ledger. */
export const countedClasses = [...inputClasses, ...outputClasses, ...unitClasses] as const;

/** The classes that can have a price. "request" is a price per request. */
export const pricedClasses = [...countedClasses, "request"] as const;

export type CountedClass = (typeof countedClasses)[number];
export type PricedClass = (typeof pricedClasses)[number];

/** How much was used of each class, in tokens or units. A missing class was not used. */
export type ClassCounts = Partial<Record<PricedClass, number>>;

/** The price of each class that has its own, in micro-units per million tokens or units. */
export type ClassPrices = Partial<Record<PricedClass, number>>;

const bases: Record<PricedClass, "input" | "output" | undefined> = {
  ...{ cacheRead: "input", cacheWrite: "input", audioInput: "input", imageInput: "input" },
  ...{ reasoning: "output", audioOutput: "output" },
  ...{ second: undefined, image: undefined, page: undefined, character: undefined, request: undefined },
};

/** Returns which price applies to a class that has none of its own; undefined: the class is free then. */
export function baseOf(name: PricedClass): "input" | "output" | undefined {
  return bases[name];
}

/** The name of each class's column in the ledger and the roll-ups. */
export const columnOf = {
  cacheRead: "cacheReadTokens",
  cacheWrite: "cacheWriteTokens",
  audioInput: "audioInputTokens",
  imageInput: "imageInputTokens",
  reasoning: "reasoningTokens",
  audioOutput: "audioOutputTokens",
  second: "seconds",
  image: "images",
  page: "pages",
  character: "characters",
} as const satisfies Record<CountedClass, string>;

/** Returns the classes that were used, with their amounts, in a fixed order. */
export function usedClasses(counts: ClassCounts): [CountedClass, number][] {
  return countedClasses.flatMap((name) => {
    const count = counts[name];
    return count ? [[name, count] as [CountedClass, number]] : [];
  });
}

/** Adds (`sign` 1) or subtracts (-1) counts class by class. */
export function plusCounts(one: ClassCounts, other: ClassCounts, sign: 1 | -1 = 1): ClassCounts {
  const sum: ClassCounts = {};
  for (const name of pricedClasses) {
    const count = (one[name] ?? 0) + sign * (other[name] ?? 0);
    if (count !== 0) sum[name] = count;
  }
  return sum;
}
