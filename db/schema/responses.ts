import { sql } from "drizzle-orm";
import { check, index, pgTable, primaryKey, text } from "drizzle-orm/pg-core";
import { bytea, instant } from "./columns";
import { workspaceId } from "./workspaces";

/**
 * A response of `/v1/responses` that Atelier keeps for a workspace, with the conversation before it. The content is
 * encrypted; the ids reveal nothing.
 */
export const keptResponses = pgTable(
  "kept_responses",
  {
    workspaceId: workspaceId(),
    /** The id in the answer to the program. */
    id: text().notNull(),
    /** The ids of its output items, to which a program may refer. */
    itemIds: text().array().notNull(),
    sealed: bytea().notNull(),
    createdAt: instant().notNull().default(sql`clock_timestamp()`),
    /** After this time it is not read any more, and a job deletes it. */
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
