import { z } from "zod";
import { readJsonSetting } from "./json";

/** The classes of tokens that may have a price of their own, in money per million tokens; characters are counted in millions too. */
const tokenClasses = [
  "cacheRead",
  "cacheWrite",
  "audioInput",
  "imageInput",
  "reasoning",
  "audioOutput",
  "character",
] as const;
/** What is priced one by one. */
const unitClasses = ["second", "image", "page", "request"] as const;

type PricedClass = (typeof tokenClasses)[number] | (typeof unitClasses)[number];

/**
 * A price as the instance uses it: micro-units a million tokens, from a day (UTC) on. `trainingPrice`: of being fine-tuned.
 * `classPrices`: of what has a price of its own, also units a million. `batchFactor`: which part of all these a line of a batch costs, in
 * millionths; without it, all.
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

/** What the embedded model server's models cost where no prices are configured, so that limits can be tried. */
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

/** Of one unit. Three digits before the point, so that a million of them is still a number that is counted exactly. */
const unitAmount = z
  .string()
  .regex(/^\d{1,3}(\.\d{1,6})?$/)
  .transform((text) => micro(text) * million);

/** A part of the price, more than nothing and at most all of it. */
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

/** The members of an entry. */
export const priceMembers = ["model", "from", "input", "output", "training", "batch", ...tokenClasses, ...unitClasses];

/** As many prices can be listed. */
export const mostPrices = 10_000;

/** A price as it is written: money as text. */
export const priceEntry = z
  .strictObject({
    model: z.string().regex(/^[\x21-\x7e]{1,256}$/),
    // Without it, the price always held.
    from: z.iso.date().default("1970-01-01"),
    input: amount.optional(),
    output: amount.default(0),
    training: amount.optional(),
    batch: factor.optional(),
    ...classAmounts,
  })
  // A model that is paid by the image, page, second or request may have no price of tokens.
  .refine(({ input, ...price }) => input !== undefined || unitPriced.some((name) => price[name] !== undefined), {
    path: ["input"],
  });

/** Returns a written price as the instance uses it. */
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
 * Returns the prices of a set of variables: those in PRICES or in the file PRICES_FILE names, sorted by model and day. What is
 * wrong is said as a sentence that begins with the variable's name and repeats no value.
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
