import { sql } from "drizzle-orm";
import { check, pgTable, primaryKey, text, uuid } from "drizzle-orm/pg-core";
import { instant } from "./columns";
import { users } from "./people";
import { workspaceId } from "./workspaces";

/** A name that requests may carry, so that usage and limits are told apart by it: what a workspace has declared none of, none carries. */
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
