import { type SQL, sql } from "drizzle-orm";
import { type AnyPgColumn, index } from "drizzle-orm/pg-core";

type Ordered = Record<"id" | "createdAt" | "nameKey" | "memberCount", AnyPgColumn>;

/**
 * Returns the indexes of some workspaces for each sort order of the operators' lists: the newest first, by name, the
 * largest first.
 */
export const ordersOf = (name: string, which: SQL, table: Ordered) => [
  index(name).on(table.createdAt, table.id).where(which),
  index(`${name}_by_name`).on(sql`${table.nameKey} collate "C"`, table.id).where(which),
  index(`${name}_largest`).on(table.memberCount, table.id).where(which),
];
