import { z } from "zod";
import { cursor, searchText } from "@/server/api/input";

/** The file formats of a download of the log. */
export const exportFormats = ["csv", "jsonl"] as const;
export type ExportFormat = (typeof exportFormats)[number];

/** One action, or with a star a group of actions. */
const action = z.string().regex(/^[a-z0-9_]{1,40}\.(\*|[a-z0-9_]{1,60})$/);

/** A calendar day in UTC, such as 2026-02-28. */
const day = z
  .string()
  .regex(/^[12]\d{3}-\d{2}-\d{2}$/, { abort: true })
  .refine(isDay);

/** Checks whether a text is a real calendar day (2026-02-28). */
export function isDay(text: string): boolean {
  const date = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().slice(0, 10) === text;
}

/**
 * Filters for events: the person (`atelier`: Atelier itself), the action, the thing, and the first and last day in UTC,
 * both included. `search` finds a part of an action or of a kind of thing, and the beginning of a thing's id.
 */
const filters = {
  userId: z.union([z.uuid(), z.literal("atelier")]).optional(),
  action: action.optional(),
  type: z
    .string()
    .regex(/^[a-z_]{1,40}$/)
    .optional(),
  thing: z
    .string()
    .min(1)
    .max(400)
    .regex(/^[^\p{Cc}\ud800-\udfff]*$/u)
    .optional(),
  from: day.optional(),
  to: day.optional(),
  search: searchText,
};

/** The order of events: the newest first, unless `asc` is requested. */
export type AuditOrder = "asc" | "desc";

/** A page of the log. */
export const auditList = z.strictObject({
  ...filters,
  order: z.enum(["asc", "desc"]).default("desc"),
  after: cursor,
  before: cursor,
});

/** The input that begins a download. */
export const auditExport = z.strictObject({ ...filters, format: z.enum(exportFormats) });

/** A part of a download. */
export const auditPart = z.strictObject({ ...filters, after: cursor });

export type AuditFilters = Pick<
  z.output<typeof auditList>,
  "userId" | "action" | "type" | "thing" | "from" | "to" | "search"
>;
