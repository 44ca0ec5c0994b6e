import { sql } from "drizzle-orm";
import { check, doublePrecision, index, pgTable, text } from "drizzle-orm/pg-core";
import { instant } from "./columns";

/**
 * Token buckets, shared by all instances. UNLOGGED: a crash empties them, which lets a few more attempts through, but
 * saves writing each attempt to the write-ahead log.
 */
export const rateBuckets = pgTable(
  "rate_buckets",
  {
    key: text().primaryKey(),
    /** The level of the bucket at `at`; it leaks at its limit's rate. */
    level: doublePrecision().notNull(),
    at: instant().notNull(),
  },
  (table) => [index().on(table.at), check("rate_buckets_key_length", sql`char_length(${table.key}) <= 400`)],
);
