import { formatExact, formatMoney, formatNumber } from "@/app/_ui/format";
import { plainName } from "./words";

/** One thing that was changed, as text; undefined where it was not said. */
export type Change = { name: string; before: string | undefined; after: string | undefined };

/** How values are said: the names of people by their ids, and the currency of what is money. */
export type Sayings = { people: Map<string, string>; currency: string };

type Values = Record<string, unknown> | null;

const money = new Set([
  "monthlyLimit",
  "newCeiling",
  "personalCeiling",
  "day",
  "week",
  "month",
  "total",
  "spent",
  "reserved",
  "cost",
  "limit",
]);

/** Returns what was changed, field by field; what stayed as it was is left out. */
export function changesOf(before: Values, after: Values, sayings: Sayings): Change[] {
  const names = [...new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})])];
  return names.flatMap((name) => {
    const said = (values: Values) =>
      values && Object.hasOwn(values, name) ? inWords(name, values[name], sayings) : undefined;
    const change = { name: plainName(name), before: said(before), after: said(after) };
    return change.before === change.after ? [] : [change];
  });
}

function inWords(name: string, value: unknown, sayings: Sayings): string {
  if (value === null || value === undefined || value === "") return "nothing";
  if (typeof value === "boolean") return value ? "yes" : "no";
  if (typeof value === "number") return money.has(name) ? formatMoney(value, sayings.currency) : formatNumber(value);
  if (Array.isArray(value))
    return value.length === 0 ? "nothing" : value.map((each) => inWords(name, each, sayings)).join(", ");
  if (typeof value === "object")
    return Object.entries(value)
      .map(([key, member]) => `${plainName(key)}: ${inWords(key, member, sayings)}`)
      .join("; ");
  const text = String(value);
  if (/^\d{4}-\d{2}-\d{2}T[\d:.]+Z$/.test(text)) return formatExact(new Date(text));
  return sayings.people.get(text) ?? text;
}
