import { formatExact, formatMoney, formatNumber } from "@/app/_ui/format";
import { plainName } from "./words";

/** A changed field, as text; undefined values were not recorded. */
export type Change = { name: string; before: string | undefined; after: string | undefined };

/** The data that the text of a value needs: the names of people by their ids, and the currency. */
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

/** Returns the changed fields; unchanged ones are omitted. */
export function changesOf(before: Values, after: Values, context: ValueContext): Change[] {
  const names = [...new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})])];
  return names.flatMap((name) => {
    const shown = (values: Values) =>
      values && Object.hasOwn(values, name) ? textOf(name, values[name], context, values) : undefined;
    const change = { name: plainName(name), before: shown(before), after: shown(after) };
    return change.before === change.after ? [] : [change];
  });
}

/** Checks whether a number is money. A requested limit is money if it has a period; a number per minute or of keys is not. */
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
