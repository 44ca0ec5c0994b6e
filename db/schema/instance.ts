import { sql } from "drizzle-orm";
import { check, index, pgTable, text, uuid } from "drizzle-orm/pg-core";
import { instant } from "./columns";
import { users } from "./people";

/**
 * The people who run this instance. An operator is a member of no workspace by that. There is always one once there was
 * one: a transaction that removes an operator holds the lock of `lockOperators`.
 */
export const operators = pgTable(
  "operators",
  {
    userId: uuid()
      .primaryKey()
      .references(() => users.id),
    /** `first`: signed in to the fresh instance first; `environment`: named by OPERATORS; `operator`: added by one. */
    source: text().$type<"first" | "environment" | "operator">().notNull(),
    addedBy: uuid().references(() => users.id),
    createdAt: instant().notNull().defaultNow(),
  },
  (table) => [
    index("operators_in_order").on(table.createdAt, table.userId),
    check("operators_source", sql`${table.source} in ('first', 'environment', 'operator')`),
    check("operators_added_by", sql`(${table.source} = 'operator') = (${table.addedBy} is not null)`),
  ],
);
