import { z } from "zod";
import { amount } from "@/server/billing/input";
import { reason } from "./requests/input";

/**
 * Whose limits: "workspace", "ceiling" (the operator's for the workspace), "member:ID", "key:ID", "model:ID", "tag:NAME", "end-users" (each of them) or
 * "end-user:ID" (instead of that). As `of` in the address of the page as well.
 */
const of = z
  .string()
  .max(220)
  .regex(
    /^(workspace|ceiling|member:[0-9a-f-]{36}|key:[0-9A-Za-z]{12}|model:[^\p{Cc}]{1,200}|tag:[a-z0-9][a-z0-9._:/-]{0,49}|end-users|end-user:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})$/u,
    "Whose limits?",
  );
/** Whose use is not kept by the hour is neither tried out nor asked for. */
const ofHours = of.refine(
  (whose) => !whose.startsWith("end-user"),
  "Limits of end users are not tried out or asked for.",
);

/** What a limit on spend is counted over, shortest first. */
export const spans = ["day", "week", "month", "total"] as const;
const span = z.enum(spans, { error: "Choose a day, a week, a month or in total." });

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
/** Whatever was typed as the limit: what is wrong with it is part of the answer. */
export const tryBudget = z.strictObject({ of: ofHours, span, limit: z.string().max(100) });
/** A higher limit per minute: of the workspace for all models, its ceiling, for one model, or of a key. */
export const askForRate = z.strictObject({
  of: z
    .string()
    .max(220)
    .regex(/^(workspace|ceiling|key:[0-9A-Za-z]{12}|model:[^\p{Cc}]{1,200})$/u, "Whose limit?"),
  measure: z.enum(["requests", "tokens"], { error: "Choose requests or tokens." }),
  limit: z
    .string()
    .trim()
    .regex(/^\d{1,9}$/, "Enter a whole number, such as 120.")
    .transform(Number),
  reason,
});
export const askForRaise = z.strictObject({
  of: ofHours,
  span,
  limit: amount,
  reason,
});
