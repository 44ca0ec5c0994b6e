import { z } from "zod";
import type { CountedCeiling } from "@/server/api/refusals";
import { amount } from "@/server/billing/input";
import { reason } from "./requests/input";

/**
 * The owner of limits: "workspace", "ceiling" (the operators' limit for the workspace), "member:ID", "key:ID",
 * "model:ID", "tag:NAME", "end-users" (for each end user) or "end-user:ID" (in place of that). Also used as `of` in the
 * page's address.
 */
const of = z
  .string()
  .max(220)
  .regex(
    /^(workspace|ceiling|member:[0-9a-f-]{36}|key:[0-9A-Za-z]{12}|model:[^\p{Cc}]{1,200}|tag:[a-z0-9][a-z0-9._:/-]{0,49}|end-users|end-user:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})$/u,
    "Whose limits?",
  );
/** Owners whose usage is stored by hour. Only their limits can be tried or requested. */
const ofHours = of.refine(
  (whose) => !whose.startsWith("end-user"),
  "Limits of end users are not tried out or asked for.",
);

/** The spans over which a spending limit can be counted, shortest first. */
export const spans = ["day", "week", "month", "total"] as const;
const span = z.enum(spans, { error: "Choose day, week, month or total." });

export const oneSubject = z.strictObject({ of });
export const oneBudget = z.strictObject({ of, span });
export const setBudget = z.strictObject({ of, span, limit: amount });
/** `until`: the last day of the raise in UTC, such as "2026-12-03". */
export const raiseBudget = z.strictObject({
  of,
  span,
  limit: amount,
  until: z.iso.date({ error: "Enter the last day of the raise." }),
});
/** `limit` is any text: a fault in it is part of the answer. */
export const tryBudget = z.strictObject({ of: ofHours, span, limit: z.string().max(100) });
const wholeNumber = z
  .string()
  .trim()
  .regex(/^\d{1,9}$/, "Enter a whole number, such as 120.")
  .transform(Number);

/**
 * A request for a higher limit per minute: of the workspace for all models, of its ceiling, of one model, or of a key.
 */
export const askForRate = z.strictObject({
  of: z
    .string()
    .max(220)
    .regex(/^(workspace|ceiling|key:[0-9A-Za-z]{12}|model:[^\p{Cc}]{1,200})$/u, "Whose limit?"),
  measure: z.enum(["requests", "tokens"], { error: "Choose requests or tokens." }),
  limit: wholeNumber,
  reason,
});
/** The things whose number operators can limit; files are in megabytes. */
export const countedCeilings = ["keys", "members", "files"] as const satisfies readonly CountedCeiling[];

/** The highest possible ceilings: requests and tokens per minute, keys, members, megabytes of files. */
export const highestCeilings = {
  ...{ requests: 1_000_000, tokens: 1_000_000_000 },
  ...{ keys: 1_000_000, members: 100_000, files: 100_000_000 },
} as const;

/** A request for a higher ceiling on keys, members or files. */
export const askForCount = z.strictObject({
  measure: z.enum(countedCeilings, { error: "Choose keys, members or files." }),
  limit: wholeNumber,
  reason,
});

export const askForRaise = z.strictObject({
  of: ofHours,
  span,
  limit: amount,
  reason,
});
