import { sql } from "drizzle-orm";
import { bigint, check, integer, pgTable, primaryKey, unique, uuid } from "drizzle-orm/pg-core";
import { bytea, instant } from "./columns";
import { workspaceId } from "./workspaces";

/**
 * The hash chain over `usage_ledger`: a link for each moment in which lines of a workspace were written together, in
 * the order in which they were sealed. `hash` is the SHA-256 of the hash before it and of the SHA-256 of the moment's
 * lines (`sealed_line`), so that changing, removing or adding an earlier line is noticed. Insert and select only.
 */
export const usageSeals = pgTable(
  "usage_seals",
  {
    workspaceId: workspaceId(),
    /** 1, 2, 3 … in each workspace, without a gap. */
    sequence: bigint({ mode: "number" }).notNull(),
    /** The moment of the lines. */
    at: instant().notNull(),
    lines: integer().notNull(),
    hash: bytea().notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.workspaceId, table.sequence] }),
    unique("usage_seals_one_of_moment").on(table.workspaceId, table.at),
    check("usage_seals_form", sql`${table.sequence} > 0 and ${table.lines} > 0 and octet_length(${table.hash}) = 32`),
  ],
);

/**
 * The moments whose lines are not sealed yet. A trigger on `usage_ledger` inserts each of them, of a workspace to which
 * its lines refer; sealing deletes them.
 */
export const usageUnsealed = pgTable(
  "usage_unsealed",
  { workspaceId: uuid().notNull(), at: instant().notNull() },
  (table) => [primaryKey({ columns: [table.workspaceId, table.at] })],
);
