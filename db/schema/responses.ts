import { sql } from "drizzle-orm";
import { check, index, pgTable, primaryKey, text } from "drizzle-orm/pg-core";
import { bytea, instant } from "./columns";
import { workspaceId } from "./workspaces";

/**
 * A response of `/v1/responses` that a workspace has Atelier keep, with the conversation before it. What was said is sealed; the ids
 * say nothing.
 */
export const keptResponses = pgTable(
  "kept_responses",
  {
    workspaceId: workspaceId(),
    /** As the program was told it. */
    id: text().notNull(),
    /** The ids of the items of its output, by which a program may refer to them. */
    itemIds: text().array().notNull(),
    sealed: bytea().notNull(),
    createdAt: instant().notNull().default(sql`clock_timestamp()`),
    /** After this it is not read any more, and a job deletes it. */
    expiresAt: instant().notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.workspaceId, table.id] }),
    index("kept_responses_items").using("gin", table.itemIds),
    index("kept_responses_expiring").on(table.expiresAt),
    check("kept_responses_id_length", sql`char_length(${table.id}) between 1 and 200`),
    check("kept_responses_thirty_days", sql`${table.expiresAt} <= ${table.createdAt} + interval '30 days'`),
  ],
);
