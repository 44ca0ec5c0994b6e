import { sql } from "drizzle-orm";
import { boolean, check, index, integer, pgTable, text, uniqueIndex, uuid } from "drizzle-orm/pg-core";
import type { SmtpEncryption } from "@/server/platform/settings/smtp";
import { bytea, instant } from "./columns";

/** The operators' mail settings: at most one row. The environment takes precedence. */
export const mailRoute = pgTable(
  "mail_route",
  {
    id: boolean().primaryKey().default(true),
    kind: text().$type<"smtp" | "resend">().notNull(),
    /** The sender in mails: an address, or a name followed by one in angle brackets. */
    sender: text().notNull(),
    /** The mail server; null: it is Resend. */
    host: text(),
    port: integer(),
    encryption: text().$type<SmtpEncryption>(),
    /** Null: there is no login. */
    username: text(),
    /**
     * The password or Resend's key, encrypted with a key that is derived from AUTH_SECRET, together with its server and
     * user.
     */
    secretSealed: bytea(),
    hasSecret: boolean().notNull().generatedAlwaysAs(sql`secret_sealed is not null`),
    changedAt: instant().notNull().defaultNow(),
  },
  (table) => [
    check("mail_route_one", sql`${table.id}`),
    check("mail_route_kind", sql`${table.kind} in ('smtp', 'resend')`),
    check("mail_route_sender", sql`char_length(${table.sender}) between 3 and 400`),
    check(
      "mail_route_server",
      sql`(${table.kind} = 'smtp') = (${table.host} is not null and ${table.port} is not null and ${table.encryption} is not null)
      and (${table.kind} = 'smtp' or (${table.username} is null and ${table.secretSealed} is not null))`,
    ),
    check("mail_route_host", sql`char_length(${table.host}) between 1 and 253 and ${table.port} between 1 and 65535`),
    check("mail_route_encryption", sql`${table.encryption} in ('tls', 'starttls', 'if-offered', 'none')`),
    check(
      "mail_route_login",
      sql`(${table.username} is not null) = (${table.kind} = 'smtp' and ${table.secretSealed} is not null)`,
    ),
    check("mail_route_username", sql`char_length(${table.username}) between 1 and 320`),
  ],
);

/**
 * A mail to be delivered, written in the transaction of the change that it reports. The payload (recipient, template
 * and its links) is encrypted with a key derived from AUTH_SECRET, and deleted when the mail is sent or has failed.
 */
export const mailOutbox = pgTable(
  "mail_outbox",
  {
    id: uuid().primaryKey().defaultRandom(),
    template: text().notNull(),
    payload: bytea(),
    status: text().$type<"queued" | "sent" | "failed">().notNull().default("queued"),
    attempts: integer().notNull().default(0),
    /** The earliest time of delivery; while a worker has claimed the row, the end of the claim. */
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

/**
 * Why an address is suppressed: a mail bounced, was reported as spam, or a mail server refused the recipient
 * permanently.
 */
export type SuppressionReason = "bounced" | "complained" | "refused";

/** Addresses that get no mail until an operator allows them again. They belong to no workspace. */
export const suppressedAddresses = pgTable(
  "suppressed_addresses",
  {
    id: uuid().primaryKey().defaultRandom(),
    email: text().notNull(),
    reason: text().$type<SuppressionReason>().notNull(),
    /** The provider's or server's reason in a few words, such as "Permanent General" or "550 5.1.1". */
    detail: text(),
    createdAt: instant().notNull().defaultNow(),
  },
  (table) => [
    uniqueIndex("suppressed_addresses_email").on(table.email),
    index("suppressed_addresses_in_order").on(table.createdAt, table.id),
    check(
      "suppressed_addresses_canonical",
      sql`${table.email} = lower(${table.email}) and char_length(${table.email}) <= 254`,
    ),
    check("suppressed_addresses_reason", sql`${table.reason} in ('bounced', 'complained', 'refused')`),
    check("suppressed_addresses_detail", sql`char_length(${table.detail}) <= 120`),
  ],
);

/** The handled events of the mail provider, kept for a day: an event that is sent again changes nothing. */
export const mailEvents = pgTable(
  "mail_events",
  {
    id: text().primaryKey(),
    receivedAt: instant().notNull().defaultNow(),
  },
  (table) => [
    index("mail_events_in_order").on(table.receivedAt),
    check("mail_events_id", sql`char_length(${table.id}) between 1 and 200`),
  ],
);
