import { sql } from "drizzle-orm";
import { check, doublePrecision, index, pgTable, text } from "drizzle-orm/pg-core";
import { instant } from "./columns";

/**
 * Token buckets, shared by every instance. UNLOGGED: a crash empties them, which lets a few more attempts through and
 * spares every attempt a write to the log.
 */
export const rateBuckets = pgTable(
  "rate_buckets",
  {
    key: text().primaryKey(),
    /** How full the bucket was at `at`; it leaks at its limit's rate. */
    level: doublePrecision().notNull(),
    at: instant().notNull(),
  },
  (table) => [index().on(table.at), check("rate_buckets_key_length", sql`char_length(${table.key}) <= 400`)],
);
