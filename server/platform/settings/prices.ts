import { z } from "zod";
import { readJsonSetting } from "./json";

/** The classes that may have their own price in money per million: classes of tokens, and characters. */
const tokenClasses = [
  "cacheRead",
  "cacheWrite",
  "audioInput",
  "imageInput",
  "reasoning",
  "audioOutput",
  "character",
] as const;
/** The classes that are priced per unit. */
const unitClasses = ["second", "image", "page", "request"] as const;

type PricedClass = (typeof tokenClasses)[number] | (typeof unitClasses)[number];

/**
 * A price as the instance uses it: in micro-units per million tokens, valid from a day (UTC) on. `trainingPrice` is the
 * price of training tokens. `classPrices` are the prices of classes that have their own, also per million units.
 * `batchFactor` is the share of these prices that a line of a batch costs, in millionths; without it, the full price.
 */
export type PriceSetting = {
  model: string;
  from: string;
  inputPrice: number;
  outputPrice: number;
  trainingPrice?: number;
  batchFactor?: number;
  classPrices?: Partial<Record<PricedClass, number>>;
};

/** The prices of the embedded model server's models when no prices are configured, so that limits can be tried. */
const builtIn: PriceSetting[] = [
  { model: "atelier-base", from: "2026-01-01", inputPrice: 200_000, outputPrice: 600_000, trainingPrice: 2_000_000 },
  { model: "atelier-mini", from: "2026-01-01", inputPrice: 100_000, outputPrice: 300_000 },
  { model: "atelier-embed", from: "2026-01-01", inputPrice: 100_000, outputPrice: 0 },
];

const million = 1_000_000;

function micro(text: string): number {
  const [whole = "0", part = ""] = text.split(".");
  return Number(whole) * million + Number(part.padEnd(6, "0"));
}

const amount = z
  .string()
  .regex(/^\d{1,6}(\.\d{1,6})?$/)
  .transform(micro);

/**
 * The price of one unit. At most three digits before the point, so that the price of a million units is still an exact
 * integer.
 */
const unitAmount = z
  .string()
  .regex(/^\d{1,3}(\.\d{1,6})?$/)
  .transform((text) => micro(text) * million);

/** A share of the price: more than 0, at most 1. */
export const batchPart = /^(0?\.\d{1,6}|1(\.0{1,6})?)$/;

const factor = z
  .string()
  .regex(batchPart)
  .transform((text) => micro(text.startsWith(".") ? `0${text}` : text))
  .refine((millionths) => millionths > 0);

const classAmounts = {
  ...Object.fromEntries(tokenClasses.map((name) => [name, amount.optional()])),
  ...Object.fromEntries(unitClasses.map((name) => [name, unitAmount.optional()])),
} as Record<PricedClass, z.ZodOptional<typeof amount>>;

const unitPriced = [...unitClasses, "character"] as const;

/** The names of all members of an entry. */
export const priceMembers = ["model", "from", "input", "output", "training", "batch", ...tokenClasses, ...unitClasses];

/** The most prices in a list. */
export const mostPrices = 10_000;

/** Parses an entry of the price list, with money as text. */
export const priceEntry = z
  .strictObject({
    model: z.string().regex(/^[\x21-\x7e]{1,256}$/),
    // Without a date, the price is valid for all time.
    from: z.iso.date().default("1970-01-01"),
    input: amount.optional(),
    output: amount.default(0),
    training: amount.optional(),
    batch: factor.optional(),
    ...classAmounts,
  })
  // A model that is priced by the image, page, second or request needs no token price.
  .refine(({ input, ...price }) => input !== undefined || unitPriced.some((name) => price[name] !== undefined), {
    path: ["input"],
  });

/** Converts an entry of the price list to the form that the instance uses. */
export function priceOfEntry({
  model,
  from,
  input = 0,
  output,
  training,
  batch,
  ...classes
}: z.output<typeof priceEntry>): PriceSetting {
  const priced = Object.fromEntries(Object.entries(classes).filter(([, price]) => price !== undefined));
  return {
    ...{ model, from, inputPrice: input, outputPrice: output },
    ...(training !== undefined && { trainingPrice: training }),
    ...(batch !== undefined && { batchFactor: batch }),
    ...(Object.keys(priced).length > 0 && { classPrices: priced }),
  };
}

/**
 * Returns the configured prices, from PRICES or the file that PRICES_FILE names, sorted by model and day. A complaint
 * is a sentence that begins with the variable's name and repeats no value.
 */
export function readPrices(variables: Record<string, string | undefined>): {
  prices: PriceSetting[];
  complaints: string[];
} {
  const wrong = (complaint: string) => ({ prices: [], complaints: [complaint] });
  const setting = readJsonSetting(variables, "PRICES");
  if (!setting) return { prices: builtIn, complaints: [] };
  if (setting.complaint !== undefined) return wrong(setting.complaint);
  const { name, json } = setting;
  const parsed = z.array(priceEntry).max(mostPrices).safeParse(json);
  if (!parsed.success) {
    const [index, field] = parsed.error.issues[0]?.path ?? [];
    return wrong(
      typeof index === "number"
        ? `${name} entry ${index + 1} ${field ? `has no usable ${String(field)}` : `may have ${priceMembers.slice(0, -1).join(", ")} and ${priceMembers.at(-1)}, and nothing else`}`
        : `${name} must be a list of prices`,
    );
  }
  const prices = parsed.data.map(priceOfEntry);
  const key = ({ model, from }: PriceSetting) => `${model} ${from}`;
  if (new Set(prices.map(key)).size < prices.length) return wrong(`${name} has two prices for one model and day`);
  return { prices: prices.sort((a, b) => (key(a) < key(b) ? -1 : 1)), complaints: [] };
}
