import { sql } from "drizzle-orm";
import { check, index, pgTable, primaryKey, smallint, text, uuid } from "drizzle-orm/pg-core";
import { instant } from "./columns";
import { users } from "./people";
import { workspaceId } from "./workspaces";

/** A model of a workspace's own, or a route, that is announced to end on a day, and what answers its requests from then on. */
export const modelRetirements = pgTable(
  "model_retirements",
  {
    workspaceId: workspaceId(),
    /** The model, or `route/NAME`. */
    modelId: text().notNull(),
    announcedAt: instant().notNull().defaultNow(),
    retiresAt: instant().notNull(),
    /** The model or route that is named in its place; null: none is. */
    successor: text(),
    /** Whether requests are refused from then on, or answered by the successor. */
    afterwards: text().$type<"refuse" | "successor">().notNull(),
    /** Until when a rehearsal goes on, which does to requests what the day will do; null, or past: none does. */
    rehearsalEndsAt: instant(),
    /** Which mail was sent last: 0 the announcement, then 14 and 1 days before; null: none. */
    mailedDays: smallint(),
    /** When the next mail is due; null: none is. */
    mailAt: instant().defaultNow(),
    createdBy: uuid()
      .notNull()
      .references(() => users.id),
  },
  (table) => [
    primaryKey({ columns: [table.workspaceId, table.modelId] }),
    index("model_retirements_mail").on(table.mailAt).where(sql`mail_at is not null`),
    check("model_retirements_afterwards", sql`${table.afterwards} in ('refuse', 'successor')`),
    check(
      "model_retirements_successor",
      sql`(${table.afterwards} = 'refuse' or ${table.successor} is not null) and ${table.successor} <> ${table.modelId}`,
    ),
    check("model_retirements_mailed", sql`${table.mailedDays} in (0, 14, 1)`),
    check(
      "model_retirements_length",
      sql`char_length(${table.modelId}) <= 256 and char_length(${table.successor}) <= 256`,
    ),
  ],
);

/** A base model of the instance's that operators have announced to end on a day, for all workspaces. */
export const baseRetirements = pgTable(
  "base_retirements",
  {
    modelId: text().primaryKey(),
    /** Its other names, as servers had them when its end was announced: they end with it, also when no server lists it any more. */
    aliases: text().array().notNull().default([]),
    announcedAt: instant().notNull().defaultNow(),
    retiresAt: instant().notNull(),
    /** The base model that is named in its place; null: none is. */
    successor: text(),
    afterwards: text().$type<"refuse" | "successor">().notNull(),
    rehearsalEndsAt: instant(),
    /** Which mails were sent last, to all who are to have them: 0 the announcement, then 14 and 1 days before; null: none. */
    mailedDays: smallint(),
    /** When the next mails are due; null: none are. */
    mailAt: instant().defaultNow(),
    /** The last workspace whose callers have these mails; null: none yet. */
    mailedTo: uuid(),
  },
  (table) => [
    index("base_retirements_mail").on(table.mailAt).where(sql`mail_at is not null`),
    check("base_retirements_afterwards", sql`${table.afterwards} in ('refuse', 'successor')`),
    check(
      "base_retirements_successor",
      sql`(${table.afterwards} = 'refuse' or ${table.successor} is not null) and ${table.successor} <> ${table.modelId}`,
    ),
    check("base_retirements_mailed", sql`${table.mailedDays} in (0, 14, 1)`),
    check(
      "base_retirements_length",
      sql`char_length(${table.modelId}) between 1 and 256 and char_length(${table.successor}) between 1 and 256`,
    ),
    check("base_retirements_aliases", sql`cardinality(${table.aliases}) <= 100`),
  ],
);
