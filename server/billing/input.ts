import { z } from "zod";
import { cursor, searchText } from "@/server/api/input";
import { parseMoney } from "@/server/usage/money";

const typedMoney = z
  .string({ error: "Enter an amount, such as 20 or 20.50." })
  .max(100, "Enter an amount in digits, such as 20 or 20.50.");

const microUnitsOf = (text: string, context: z.RefinementCtx): number => {
  const parsed = parseMoney(text);
  if ("micro" in parsed) return parsed.micro;
  context.addIssue({ code: "custom", message: parsed.error });
  return z.NEVER;
};

/** An amount of money as it was typed, parsed to micro-units. */
export const amount = typedMoney.transform(microUnitsOf);

/** The same, with null (no limit) for an empty text. */
export const optionalAmount = typedMoney
  .default("")
  .transform((text, context) => (text.trim() === "" ? null : microUnitsOf(text, context)));

const thresholdsMessage = "Enter 1 to 10 whole percentages from 1 to 200, such as 50, 80, 100.";

/** Thresholds such as "50, 80, 100", parsed to distinct numbers, smallest first. */
const thresholds = z
  .string({ error: thresholdsMessage })
  .max(200, thresholdsMessage)
  .transform((text, context) => {
    const parts = text.split(/[\s,;%]+/).filter(Boolean);
    const numbers = new Set(parts.map((part) => (/^\d{1,3}$/.test(part) ? Number(part) : 0)));
    if (numbers.size >= 1 && numbers.size <= 10 && [...numbers].every((number) => number >= 1 && number <= 200))
      return [...numbers].sort((a, b) => a - b);
    context.addIssue({ code: "custom", message: thresholdsMessage });
    return z.NEVER;
  });

export const setLimit = z.strictObject({ limit: amount });
export const setMemberLimit = z.strictObject({ userId: z.uuid(), limit: amount });
export const removeMemberLimit = z.strictObject({ userId: z.uuid() });
export const setThresholds = z.strictObject({ thresholds });
export const listMembers = z.strictObject({ search: searchText, after: cursor, before: cursor });
/** `limit` is any text: a fault in it is part of the answer. With `userId`, it is a limit of that member. */
export const tryLimit = z.strictObject({ limit: z.string().max(100), userId: z.uuid().optional() });
/** A month as "2026-11"; without one, the current month. */
export const oneMonth = z.strictObject({
  month: z
    .string()
    .regex(/^20\d{2}-(0[1-9]|1[0-2])$/)
    .optional(),
});

/** A part of a month's sealed ledger: the links from one on, up to the last one when the download began. */
export const sealedPart = z.strictObject({
  month: oneMonth.shape.month.unwrap(),
  from: z.int().min(1),
  last: z.int().min(1),
});
