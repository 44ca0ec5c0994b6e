import { z } from "zod";
import { cursor } from "@/server/api/input";
import { operations } from "@/server/platform/settings/endpoints";
import { tagForm } from "./tags/carried";

/** The ranges that a report can cover. `custom` is from one date to another. */
export const ranges = ["24h", "7d", "30d", "week", "month", "last-month", "custom"] as const;
export const granularities = ["hour", "day", "month"] as const;
export const groupings = ["none", "model", "operation", "route", "tag", "key", "member"] as const;

export type Range = (typeof ranges)[number];
export type Granularity = (typeof granularities)[number];
export type Grouping = (typeof groupings)[number];

/** The most days that a report covers. */
export const longestDays = 400;

/** A calendar day in UTC: 2026-02-28. */
export const day = z
  .string({ error: "Enter a date." })
  .regex(/^[12]\d{3}-\d{2}-\d{2}$/, { error: "Enter a date like 2026-02-28.", abort: true })
  .refine((text) => toDay(text) !== null, "There is no such day.");

/** Returns the midnight (UTC) at which a day begins, or null when the calendar has no such day. */
export function toDay(text: string): Date | null {
  const date = new Date(`${text}T00:00:00Z`);
  return Number.isNaN(date.getTime()) || date.toISOString().slice(0, 10) !== text ? null : date;
}

const dayMs = 86_400_000;

/** Returns what is wrong with a custom range, and in which field; null: nothing. `now` is the time of the request. */
export function customProblem(
  { from, to }: { from?: string | undefined; to?: string | undefined },
  now: Date,
): { field: "from" | "to"; message: string } | null {
  const first = from ? toDay(from) : null;
  if (!first) return { field: "from", message: from ? "There is no such day." : "Enter the first day." };
  const last = to ? toDay(to) : null;
  if (!last) return { field: "to", message: to ? "There is no such day." : "Enter the last day." };
  if (last < first) return { field: "to", message: "The last day is before the first." };
  if (first > now) return { field: "from", message: "The first day is in the future." };
  const days = (Math.min(last.getTime(), Math.floor(now.getTime() / dayMs) * dayMs) - first.getTime()) / dayMs + 1;
  return days > longestDays ? { field: "to", message: `That is too long: at most ${longestDays} days.` } : null;
}

/** The name of a model as a request gave it. */
export const modelName = z.string().regex(/^[\p{L}\p{M}\p{N}\p{P}\p{S} ]{1,256}$/u);

/** What a request was for: an endpoint, an endpoint in a batch, or a training. */
export const operationName = z.enum(operations);

/** Filters for one model, endpoint, route, tag, key or member. The member "service" stands for all service keys. */
const filters = {
  model: modelName.optional(),
  /** The name of a route as a request gave it, including routes that are deleted. */
  route: modelName.optional(),
  /** A declared tag, or one that was declared. */
  tag: z.string().regex(tagForm).optional(),
  operation: operationName.optional(),
  keyId: z
    .string()
    .regex(/^[0-9A-Za-z]{12}$/)
    .optional(),
  userId: z.union([z.uuid(), z.literal("service")]).optional(),
};

const span = { range: z.enum(ranges).default("7d"), from: day.optional(), to: day.optional() };

/**
 * The input of a report: its range, its steps, its grouping and its filters. A granularity that does not fit the
 * range is ignored.
 */
export const usageReport = z.strictObject({
  ...span,
  ...filters,
  granularity: z.enum(granularities).optional(),
  groupBy: z.enum(groupings).default("model"),
});

/** One part of a report for download, beginning with the step `step`; without it, with the first. */
export const usageExport = z.strictObject({ ...usageReport.shape, step: z.iso.datetime().optional() });

/** A page of single requests; with an end user only those made for it. */
export const recentRequests = z.strictObject({
  ...span,
  ...filters,
  endUser: z.uuid().optional(),
  after: cursor,
  before: cursor,
});

/** The range and filters for which the possible filter values are listed. */
export const usageFilters = z.strictObject({ ...span, ...filters });

export type UsageReport = z.output<typeof usageReport>;
export type Filters = Pick<UsageReport, "model" | "operation" | "route" | "tag" | "keyId" | "userId">;
