import { sql } from "drizzle-orm";
import { check, jsonb, pgTable, text, uniqueIndex, uuid } from "drizzle-orm/pg-core";
import { instant } from "./columns";
import { users } from "./people";
import { workspaceId } from "./workspaces";

/** The parameters of requests to a model; for missing ones the model's own apply. */
export type PresetParameters = { temperature?: number; topP?: number; maxTokens?: number; isJson?: boolean };

/** Settings of the playground that a workspace saves under a name. */
export const playgroundPresets = pgTable(
  "playground_presets",
  {
    workspaceId: workspaceId(),
    id: uuid().primaryKey().defaultRandom(),
    name: text().notNull(),
    instructions: text().notNull().default(""),
    parameters: jsonb().$type<PresetParameters>().notNull().default({}),
    /** Definitions of tools, as JSON; empty: none. */
    tools: text().notNull().default(""),
    /** The member who saved it last, who is responsible for its content. */
    createdBy: uuid().references(() => users.id),
    createdAt: instant().notNull().defaultNow(),
    updatedAt: instant().notNull().defaultNow(),
  },
  (table) => [
    uniqueIndex("playground_presets_by_name").on(table.workspaceId, sql`lower(${table.name}) collate "C"`),
    check("playground_presets_name", sql`char_length(${table.name}) between 1 and 60`),
    check(
      "playground_presets_size",
      sql`char_length(${table.instructions}) <= 20000 and char_length(${table.tools}) <= 20000 and pg_column_size(${table.parameters}) <= 500`,
    ),
  ],
);
