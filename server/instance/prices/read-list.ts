import { cellsOf } from "@/server/joining/invitations/bulk/cells";
import { type JsonBounds, JsonError, listBounds } from "@/server/platform/json/bounds";
import { parseJson } from "@/server/platform/json/parse";
import {
  mostPrices,
  type PriceSetting,
  priceEntry,
  priceMembers,
  priceOfEntry,
} from "@/server/platform/settings/prices";
import { readLiteLlmEntry, roundPrice } from "./litellm";

/** An entry that cannot be read: its place ("Line 12", "Entry 3"), its model, and the reason. */
export type BadEntry = { at: string; model: string; why: string };

/** The content of a list. `unpriced`: the number of entries without a price, of which LiteLLM's list has many. */
export type ReadList = { prices: PriceSetting[]; bad: BadEntry[]; unpriced: number };

/** Thrown when a list cannot be read at all; the message is a sentence for the person. */
export class UnreadableList extends Error {
  override readonly name = "UnreadableList";
}

const bounds: JsonBounds = { ...listBounds, members: 300_000 };

/**
 * Reads a list of prices: LiteLLM's JSON, the JSON of PRICES, or CSV whose first line has the member names of PRICES.
 * Each entry is read independently: an invalid one is reported, and the others are used.
 *
 * @param from the day of entries without one
 * @param rate the factor for all amounts
 * @throws UnreadableList
 */
export function readList(text: string, from: string, rate: number): ReadList {
  const trimmed = text.replace(/^\ufeff/, "").trim();
  const read = /^[[{]/.test(trimmed) ? readJson(trimmed, from, rate) : readCsv(text, from, rate);
  const seen = new Map<string, string>();
  const found: ReadList = { prices: [], bad: [], unpriced: read.unpriced };
  for (const each of read.entries) {
    if ("bad" in each) {
      found.bad.push(each.bad);
      continue;
    }
    const { model, from: day } = each.price;
    const former = seen.get(`${model} ${day}`);
    if (former) found.bad.push({ at: each.at, model, why: `${former} has a price of this model from the same day.` });
    else found.prices.push(each.price);
    seen.set(`${model} ${day}`, former ?? each.at);
  }
  return found;
}

type Entries = { entries: ({ at: string; price: PriceSetting } | { bad: BadEntry })[]; unpriced: number };

function readJson(text: string, from: string, rate: number): Entries {
  let json: unknown;
  try {
    json = parseJson(text, bounds);
  } catch (error) {
    if (error instanceof JsonError)
      throw new UnreadableList(error.isExcess ? "This list is too large to read." : "This is no JSON.");
    throw error;
  }
  if (Array.isArray(json)) {
    requireFew(json.length);
    const entries = json.map((entry, i) => readEntry(entry, from, rate, `Entry ${i + 1}`));
    return { entries, unpriced: 0 };
  }
  const all = Object.entries(json as Record<string, unknown>).filter(([model]) => model !== "sample_spec");
  requireFew(all.length);
  let unpriced = 0;
  const entries = all.flatMap(([model, entry], i) => {
    const at = `Entry ${i + 1}`;
    const read = readLiteLlmEntry(model, entry, from, rate, at);
    if ("isUnpriced" in read) unpriced++;
    return "isUnpriced" in read ? [] : ["bad" in read ? read : { at, price: read.price }];
  });
  return { entries, unpriced };
}

function readCsv(text: string, from: string, rate: number): Entries {
  const [head, ...rows] = cellsOf(text);
  const names = head?.cells.map((cell) => memberOf(cell)) ?? [];
  if (!names.includes("model") || names.length < 2)
    throw new UnreadableList("The first line must name the columns: model, input, output, and others of PRICES.");
  const unknown = head?.cells.find((_, i) => names[i] === undefined);
  if (unknown !== undefined) throw new UnreadableList(`There is no column “${unknown.slice(0, 40)}”.`);
  requireFew(rows.length);
  const entries = rows.map(({ line, cells }) => {
    const filled = names.flatMap((name, i) => (name && cells[i] ? [[name, cells[i]] as const] : []));
    if (cells.length > names.length)
      return {
        bad: { at: `Line ${line}`, model: cells[0]?.slice(0, 80) ?? "", why: "It has more cells than the first line." },
      };
    return readEntry(Object.fromEntries(filled), from, rate, `Line ${line}`);
  });
  return { entries, unpriced: 0 };
}

const memberOf = (cell: string) =>
  priceMembers.find((member) => member.toLowerCase() === cell.toLowerCase().replace(/[\s_-]/g, ""));

function requireFew(count: number): void {
  if (count > mostPrices) throw new UnreadableList(`This list has ${count} entries: at most ${mostPrices} are read.`);
}

function readEntry(entry: unknown, from: string, rate: number, at: string): Entries["entries"][number] {
  const isObject = typeof entry === "object" && entry !== null && !Array.isArray(entry);
  const model = isObject && "model" in entry && typeof entry.model === "string" ? entry.model.slice(0, 80) : "";
  const parsed = priceEntry.safeParse(isObject ? { from, ...entry } : entry);
  if (parsed.success) {
    const price = multiplied(priceOfEntry(parsed.data), rate);
    return isCountable(price) ? { at, price } : { bad: { at, model, why: "Its prices are more than can be counted." } };
  }
  const [issue] = parsed.error.issues;
  const [member] = issue?.path ?? [];
  const why =
    issue?.code === "unrecognized_keys"
      ? `There is no member “${issue.keys[0]?.slice(0, 40)}”.`
      : member === "input"
        ? "It has no usable price of the input, and none per second, image, page, request or character."
        : `It has no usable ${String(member ?? "entry")}.`;
  return { bad: { at, model, why } };
}

/** Checks that a price is within the bounds of stored prices after multiplication. Units are counted per million. */
function isCountable({ inputPrice, outputPrice, trainingPrice = 0, classPrices = {} }: PriceSetting): boolean {
  const million = 1_000_000;
  const perMillion = Math.max(inputPrice, outputPrice, trainingPrice, classPrices.character ?? 0);
  return perMillion < million * million && Math.max(0, ...Object.values(classPrices)) < 1_000 * million * million;
}

function multiplied(price: PriceSetting, rate: number): PriceSetting {
  if (rate === 1) return price;
  const times = (amount: number) => Math.round(amount * rate);
  const { inputPrice, outputPrice, trainingPrice, classPrices } = price;
  return {
    ...price,
    ...{ inputPrice: times(inputPrice), outputPrice: times(outputPrice) },
    ...(trainingPrice !== undefined && { trainingPrice: times(trainingPrice) }),
    ...(classPrices && {
      classPrices: Object.fromEntries(
        Object.entries(classPrices).map(([name, amount]) => [name, roundPrice(name, amount * rate)]),
      ),
    }),
  };
}
