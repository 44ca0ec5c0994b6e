import { sql } from "drizzle-orm";
import { check, foreignKey, pgTable, text, uniqueIndex, uuid } from "drizzle-orm/pg-core";
import { instant } from "./columns";
import { memberships, workspaceId } from "./workspaces";

/** The lists of a workspace whose filters and sorting can be saved under a name. */
export const viewedLists = ["members", "keys", "usage", "audit"] as const;

/**
 * A saved view: the filters and sorting of a list, which a member saved under a name for themselves. Deleted with their
 * membership.
 */
export const savedViews = pgTable(
  "saved_views",
  {
    workspaceId: workspaceId(),
    id: uuid().primaryKey().defaultRandom(),
    userId: uuid().notNull(),
    list: text().$type<(typeof viewedLists)[number]>().notNull(),
    name: text().notNull(),
    /** The query string of the list's address, without "?". */
    query: text().notNull(),
    createdAt: instant().notNull().defaultNow(),
  },
  (table) => [
    foreignKey({
      name: "saved_views_member",
      columns: [table.workspaceId, table.userId],
      foreignColumns: [memberships.workspaceId, memberships.userId],
    }).onDelete("cascade"),
    uniqueIndex("saved_views_by_name").on(
      table.workspaceId,
      table.userId,
      table.list,
      sql`lower(${table.name}) collate "C"`,
    ),
    check("saved_views_list", sql`${table.list} in ('members', 'keys', 'usage', 'audit')`),
    check("saved_views_name", sql`char_length(${table.name}) between 1 and 60`),
    check("saved_views_query", sql`char_length(${table.query}) between 1 and 2000`),
  ],
);
