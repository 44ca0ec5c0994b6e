import { sql } from "drizzle-orm";
import { check, pgTable } from "drizzle-orm/pg-core";
import { bytea } from "./columns";
import { workspaceId } from "./workspaces";

/** A workspace's picture: a square of 128 pixels as WebP, made by the server from the uploaded one. */
export const workspaceIcons = pgTable(
  "workspace_icons",
  {
    workspaceId: workspaceId().primaryKey(),
    webp: bytea().notNull(),
  },
  (table) => [check("workspace_icons_size", sql`octet_length(${table.webp}) between 1 and 262144`)],
);
