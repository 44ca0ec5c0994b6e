import { sql } from "drizzle-orm";
import { bigint, check, date, index, integer, pgTable, primaryKey, text, unique, uuid } from "drizzle-orm/pg-core";
import { bytea, instant } from "./columns";
import { workspaceId } from "./workspaces";

/**
 * The end users of a workspace's programs. All other tables refer to an end user by `id`, which is random: once this
 * row is deleted, nothing identifies the person.
 */
export const endUsers = pgTable(
  "end_users",
  {
    workspaceId: workspaceId(),
    id: uuid().notNull().defaultRandom(),
    /** The keyed hash of the name that programs send, for finding the row. */
    lookup: bytea().notNull(),
    /** The name itself, if the workspace stores names. */
    name: text(),
    createdAt: instant().notNull().defaultNow(),
  },
  (table) => [
    primaryKey({ columns: [table.workspaceId, table.id] }),
    unique("end_users_once").on(table.workspaceId, table.lookup),
    check("end_users_lookup", sql`octet_length(${table.lookup}) = 32`),
    check("end_users_name", sql`char_length(${table.name}) between 1 and 256`),
  ],
);

/**
 * Usage by end user, by day and by month in UTC. Derived from the ledger (`npm run usage:rebuild`), in the transaction
 * that settles. Separate from the other roll-ups, because a workspace may have a million end users and its reports do
 * not need them.
 */
export const endUserUsage = pgTable(
  "end_user_usage",
  {
    workspaceId: workspaceId(),
    /** The nil UUID stands for requests without an end user. */
    endUser: uuid().notNull(),
    span: text().$type<"day" | "month">().notNull(),
    /** The first day of the span. */
    period: date({ mode: "string" }).notNull(),
    requests: integer().notNull(),
    errors: integer().notNull(),
    promptTokens: bigint({ mode: "number" }).notNull(),
    completionTokens: bigint({ mode: "number" }).notNull(),
    cost: bigint({ mode: "number" }).notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.workspaceId, table.endUser, table.span, table.period] }),
    index("end_user_usage_dearest").on(table.workspaceId, table.span, table.period, table.cost, table.endUser),
    check("end_user_usage_span", sql`${table.span} in ('day', 'month')`),
  ],
);
