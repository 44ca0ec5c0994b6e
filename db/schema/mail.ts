import { sql } from "drizzle-orm";
import { check, index, integer, pgTable, text, uuid } from "drizzle-orm/pg-core";
import { bytea, instant } from "./columns";

/**
 * A mail to be delivered, written in the transaction of the change it tells of. The payload (recipient, template and
 * its links) is encrypted with a key derived from AUTH_SECRET, and wiped once the mail is sent or given up.
 */
export const mailOutbox = pgTable(
  "mail_outbox",
  {
    id: uuid().primaryKey().defaultRandom(),
    template: text().notNull(),
    payload: bytea(),
    status: text().$type<"queued" | "sent" | "failed">().notNull().default("queued"),
    attempts: integer().notNull().default(0),
    /** Not before this moment; while a worker holds the row, the moment its claim lapses. */
    dueAt: instant().notNull().defaultNow(),
    createdAt: instant().notNull().defaultNow(),
    settledAt: instant(),
    lastError: text(),
  },
  (table) => [
    index("mail_outbox_due").on(table.dueAt).where(sql`status = 'queued'`),
    index("mail_outbox_failed").on(table.settledAt).where(sql`status = 'failed'`),
    check("mail_outbox_status", sql`${table.status} in ('queued', 'sent', 'failed')`),
    check("mail_outbox_wiped", sql`(${table.status} = 'queued') = (${table.payload} is not null)`),
  ],
);
