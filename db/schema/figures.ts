import { sql } from "drizzle-orm";
import { bigint, boolean, check, date, index, pgTable, text, uuid } from "drizzle-orm/pg-core";
import { instant } from "./columns";
import { workspaces } from "./workspaces";

/**
 * The usage of all workspaces together on a day in UTC. Derived by a job from the hourly usage, for the operators'
 * Overview.
 */
export const instanceDays = pgTable("instance_days", {
  day: date({ mode: "string" }).primaryKey(),
  requests: bigint({ mode: "number" }).notNull(),
  errors: bigint({ mode: "number" }).notNull(),
  /** Micro-units. */
  cost: bigint({ mode: "number" }).notNull(),
  computedAt: instant().notNull(),
});

/**
 * The figures by which operators sort workspaces. Derived by a job; a trigger inserts the row with its workspace, so
 * that sorted lists contain every workspace. `spent` is that of `month`.
 */
export const workspaceFigures = pgTable(
  "workspace_figures",
  {
    workspaceId: uuid()
      .primaryKey()
      .references(() => workspaces.id, { onDelete: "restrict" }),
    /** The first day of the month of `spent`. */
    month: date({ mode: "string" }).notNull().default("1970-01-01"),
    /** Micro-units. */
    spent: bigint({ mode: "number" }).notNull().default(0),
    /** The hour of the last answered request; -infinity: never. */
    lastUsedAt: instant().notNull().default(sql`'-infinity'`),
    /** Whether a ceiling was reached at the last check. */
    isCeilingReached: boolean().notNull().default(false),
    /**
     * The operators' list in which its workspace is, kept by a trigger. With it, the order of the few workspaces that
     * are not active comes from an index too, without scanning all others.
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
