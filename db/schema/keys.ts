import { sql } from "drizzle-orm";
import { check, index, pgTable, primaryKey, smallint, text, uuid } from "drizzle-orm/pg-core";
import { bytea, instant } from "./columns";
import { users } from "./people";
import { workspaces } from "./workspaces";

/**
 * An API key. It belongs to the workspace and remembers who made it. Of the secret only an HMAC-SHA-256 is kept, keyed
 * with the pepper that `pepperVersion` names, and its last four characters so that people can tell keys apart.
 */
export const apiKeys = pgTable(
  "api_keys",
  {
    workspaceId: uuid()
      .notNull()
      .references(() => workspaces.id, { onDelete: "restrict" }),
    /** The public part of the key: 12 Base62 characters. */
    id: text().notNull().unique(),
    name: text().notNull(),
    secretMac: bytea().notNull(),
    pepperVersion: smallint().notNull(),
    lastFour: text().notNull(),
    createdBy: uuid()
      .notNull()
      .references(() => users.id),
    createdAt: instant().notNull().defaultNow(),
    expiresAt: instant(),
    lastUsedAt: instant(),
    revokedAt: instant(),
  },
  (table) => [
    primaryKey({ columns: [table.workspaceId, table.id] }),
    index("api_keys_newest_first").on(table.workspaceId, table.createdAt, table.id),
    check("api_keys_name_length", sql`char_length(${table.name}) between 1 and 60`),
    check("api_keys_id_form", sql`${table.id} ~ '^[0-9A-Za-z]{12}$'`),
  ],
);
