import { sql } from "drizzle-orm";
import { check, index, pgTable, primaryKey, smallint, text, uuid } from "drizzle-orm/pg-core";
import { instant } from "./columns";
import { users } from "./people";
import { workspaceId } from "./workspaces";

/** The announced retirement of a workspace's own model or of a route, and what answers its requests afterwards. */
export const modelRetirements = pgTable(
  "model_retirements",
  {
    workspaceId: workspaceId(),
    /** The model, or `route/NAME`. */
    modelId: text().notNull(),
    announcedAt: instant().notNull().defaultNow(),
    retiresAt: instant().notNull(),
    /** The model or route that is named instead; null: none. */
    successor: text(),
    /** Whether requests are then refused, or answered by the successor. */
    afterwards: text().$type<"refuse" | "successor">().notNull(),
    /** The end of the rehearsal, in which requests are treated as after the retirement; null or past: there is none. */
    rehearsalEndsAt: instant(),
    /** The last mail that was sent: 0 is the announcement, then 14 and 1 days before; null: none. */
    mailedDays: smallint(),
    /** When the next mail is due; null: none. */
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

/** The announced retirement of a base model of the instance, for all workspaces. */
export const baseRetirements = pgTable(
  "base_retirements",
  {
    modelId: text().primaryKey(),
    /** Its aliases at the time of the announcement. They end with it, even if no server lists it any more. */
    aliases: text().array().notNull().default([]),
    announcedAt: instant().notNull().defaultNow(),
    retiresAt: instant().notNull(),
    /** The base model that is named instead; null: none. */
    successor: text(),
    afterwards: text().$type<"refuse" | "successor">().notNull(),
    rehearsalEndsAt: instant(),
    /**
     * The last mails that were sent to all recipients: 0 is the announcement, then 14 and 1 days before; null: none.
     */
    mailedDays: smallint(),
    /** When the next mails are due; null: none. */
    mailAt: instant().defaultNow(),
    /** The last workspace that got these mails; null: none yet. */
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
