import { and, eq, gt, sql } from "drizzle-orm";
import { check, index, pgTable, primaryKey, text, uniqueIndex, uuid } from "drizzle-orm/pg-core";
import { instant } from "./columns";
import { users } from "./people";
import { workspaceId } from "./workspaces";

/**
 * An operator's request to look inside a workspace, with its outcome. `granted` lets them read for an hour what a
 * Viewer reads, except prompts and contents of files, unless it is ended before. Afterwards the status stays, with its
 * end in the past.
 */
export const looks = pgTable(
  "looks",
  {
    workspaceId: workspaceId(),
    id: uuid().notNull().unique().defaultRandom(),
    operatorId: uuid()
      .notNull()
      .references(() => users.id),
    /** The reason that the workspace's Admins see. */
    reason: text().notNull(),
    status: text().$type<"pending" | "granted" | "declined" | "withdrawn" | "ended">().notNull().default("pending"),
    createdAt: instant().notNull().defaultNow(),
    /** When a grant ends by itself. */
    endsAt: instant(),
    settledAt: instant(),
    /** The person who changed it last: the Admin who granted, declined or ended it, or the operator. */
    settledBy: uuid().references(() => users.id),
  },
  (table) => [
    primaryKey({ columns: [table.workspaceId, table.id] }),
    uniqueIndex("looks_one_pending").on(table.workspaceId, table.operatorId).where(sql`status = 'pending'`),
    // For a query of every page of a workspace, and for the access check of operators.
    index("looks_open").on(table.workspaceId, table.status, table.createdAt),
    index("looks_of_operator").on(table.operatorId, table.createdAt),
    check("looks_status", sql`${table.status} in ('pending', 'granted', 'declined', 'withdrawn', 'ended')`),
    check("looks_reason", sql`char_length(${table.reason}) between 1 and 300`),
    check("looks_ends", sql`(${table.endsAt} is not null) = (${table.status} in ('granted', 'ended'))`),
  ],
);

/** The condition for a current grant, by the database's clock. */
export const isGranted = and(eq(looks.status, "granted"), gt(looks.endsAt, sql`now()`));
