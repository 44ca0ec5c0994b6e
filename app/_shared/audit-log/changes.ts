import { formatExact, formatMoney, formatNumber } from "@/app/_ui/format";
import { plainName } from "./words";

/** One thing that was changed, as text; undefined where it was not recorded. */
export type Change = { name: string; before: string | undefined; after: string | undefined };

/** What the text of a value depends on: the names of people by their ids, and the currency of money. */
export type ValueContext = { people: Map<string, string>; currency: string };

type Values = Record<string, unknown> | null;

const money = new Set([
  "monthlyLimit",
  "newCeiling",
  "personalCeiling",
  "newMemberLimit",
  "newKeyLimit",
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
export function changesOf(before: Values, after: Values, context: ValueContext): Change[] {
  const names = [...new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})])];
  return names.flatMap((name) => {
    const shown = (values: Values) =>
      values && Object.hasOwn(values, name) ? textOf(name, values[name], context, values) : undefined;
    const change = { name: plainName(name), before: shown(before), after: shown(after) };
    return change.before === change.after ? [] : [change];
  });
}

/** Whether a number is money. Of what is asked for, that depends on what it is counted in: over a span it is, per minute or of keys it is not. */
function isMoney(name: string, { measure }: Record<string, unknown>): boolean {
  if (name === "amount" && typeof measure === "string") return money.has(measure);
  return money.has(name) && !(name === "limit" && typeof measure === "string");
}

function textOf(name: string, value: unknown, context: ValueContext, beside: Record<string, unknown> = {}): string {
  if (value === null || value === undefined || value === "") return "nothing";
  if (typeof value === "boolean") return value ? "yes" : "no";
  if (typeof value === "number")
    return isMoney(name, beside) ? formatMoney(value, context.currency) : formatNumber(value);
  if (Array.isArray(value))
    return value.length === 0 ? "nothing" : value.map((each) => textOf(name, each, context)).join(", ");
  if (typeof value === "object")
    return Object.entries(value)
      .map(([key, member]) => `${plainName(key)}: ${textOf(key, member, context)}`)
      .join("; ");
  const text = String(value);
  if (/^\d{4}-\d{2}-\d{2}T[\d:.]+Z$/.test(text)) return formatExact(new Date(text));
  return context.people.get(text) ?? text;
}
