/**
 * The classes that are counted and priced apart. Input classes are parts of the prompt, output classes parts of the completion, each
 * token in one class at most. Units stand beside the tokens.
 */
export const inputClasses = ["cacheRead", "cacheWrite", "audioInput", "imageInput"] as const;
export const outputClasses = ["reasoning", "audioOutput"] as const;
export const unitClasses = ["second", "image", "page", "character"] as const;

/** The classes of which the ledger has a column. */
export const countedClasses = [...inputClasses, ...outputClasses, ...unitClasses] as const;

/** The classes that can have a price: also each request by itself. */
export const pricedClasses = [...countedClasses, "request"] as const;

export type CountedClass = (typeof countedClasses)[number];
export type PricedClass = (typeof pricedClasses)[number];

/** How much was used of each class: tokens, or units. A class that is missing was not used. */
export type ClassCounts = Partial<Record<PricedClass, number>>;

/** Micro-units a million tokens or units of each class that has a price of its own. */
export type ClassPrices = Partial<Record<PricedClass, number>>;

const bases: Record<PricedClass, "input" | "output" | undefined> = {
  ...{ cacheRead: "input", cacheWrite: "input", audioInput: "input", imageInput: "input" },
  ...{ reasoning: "output", audioOutput: "output" },
  ...{ second: undefined, image: undefined, page: undefined, character: undefined, request: undefined },
};

/** Returns the price that a class without one of its own is charged at; undefined: it costs nothing. */
export function baseOf(name: PricedClass): "input" | "output" | undefined {
  return bases[name];
}

/** The column of a class, in the ledger and in the roll-ups. */
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

/** Returns the classes of which something was used, with how much, in their order. */
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
