import { sql } from "drizzle-orm";
import { check, pgTable, primaryKey, text, uuid } from "drizzle-orm/pg-core";
import { instant } from "./columns";
import { users } from "./people";
import { workspaceId } from "./workspaces";

/**
 * A declared tag: a name that requests may carry, by which usage and limits can be separated. Requests of a workspace
 * without declared tags carry none.
 */
export const usageTags = pgTable(
  "usage_tags",
  {
    workspaceId: workspaceId(),
    name: text().notNull(),
    createdBy: uuid().references(() => users.id),
    createdAt: instant().notNull().defaultNow(),
  },
  (table) => [
    primaryKey({ columns: [table.workspaceId, table.name] }),
    check("usage_tags_form", sql`${table.name} ~ '^[a-z0-9][a-z0-9._:/-]{0,49}$'`),
  ],
);
