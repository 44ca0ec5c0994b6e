import { sql } from "drizzle-orm";
import { bigint, boolean, check, date, index, pgTable, text, uuid } from "drizzle-orm/pg-core";
import { instant } from "./columns";
import { workspaces } from "./workspaces";

/** What all workspaces together used on a day in UTC. Derived by a job from the hours of usage, for the operators' Overview. */
export const instanceDays = pgTable("instance_days", {
  day: date({ mode: "string" }).primaryKey(),
  requests: bigint({ mode: "number" }).notNull(),
  errors: bigint({ mode: "number" }).notNull(),
  /** Micro-units. */
  cost: bigint({ mode: "number" }).notNull(),
  computedAt: instant().notNull(),
});

/**
 * What the operators order workspaces by. Derived by a job; a trigger makes the row with its workspace, so that a list by these figures
 * has every workspace. What a month spent counts in that month.
 */
export const workspaceFigures = pgTable(
  "workspace_figures",
  {
    workspaceId: uuid()
      .primaryKey()
      .references(() => workspaces.id, { onDelete: "restrict" }),
    /** The first day of the month that `spent` is of. */
    month: date({ mode: "string" }).notNull().default("1970-01-01"),
    /** Micro-units. */
    spent: bigint({ mode: "number" }).notNull().default(0),
    /** The hour in which a request was answered last; the beginning of time: never. */
    lastUsedAt: instant().notNull().default(sql`'-infinity'`),
    /** Whether a ceiling was reached when it was looked at last. */
    isCeilingReached: boolean().notNull().default(false),
    /**
     * In which list of operators its workspace is: a trigger keeps it. Of the few that are not active the order is an index's, too, and not
     * found by passing over all others.
     */
    listedAs: text().$type<"active" | "suspended" | "deleted" | "purged">().notNull().default("active"),
  },
  (table) => [
    index("workspace_figures_by_spend").on(table.month, table.spent, table.workspaceId),
    index("workspace_figures_by_use").on(table.lastUsedAt, table.workspaceId),
    index("workspace_figures_listed_by_spend")
      .on(table.listedAs, table.month, table.spent, table.workspaceId)
      .where(sql`listed_as <> 'active'`),
    index("workspace_figures_listed_by_use")
      .on(table.listedAs, table.lastUsedAt, table.workspaceId)
      .where(sql`listed_as <> 'active'`),
    check("workspace_figures_listed_as", sql`${table.listedAs} in ('active', 'suspended', 'deleted', 'purged')`),
    index("workspace_figures_at_ceiling").on(table.workspaceId).where(sql`is_ceiling_reached`),
  ],
);
