import { sql } from "drizzle-orm";
import { check, index, integer, pgTable, primaryKey, text, uuid } from "drizzle-orm/pg-core";
import { bytea, instant } from "./columns";
import { users } from "./people";
import { workspaceId } from "./workspaces";

/**
 * The webhook for a workspace's budget alerts. The address and the signing secret are encrypted with a key outside of
 * the database.
 */
export const alertWebhooks = pgTable(
  "alert_webhooks",
  {
    workspaceId: workspaceId().primaryKey(),
    /** The host of the address, which is shown. */
    host: text().notNull(),
    urlSealed: bytea().notNull(),
    secretSealed: bytea().notNull(),
    /**
     * The member who set it up, or took it over from one who left; null: it was set up before this is recorded, or was
     * kept without one.
     */
    setBy: uuid().references(() => users.id),
    createdAt: instant().notNull().defaultNow(),
  },
  (table) => [check("alert_webhooks_host", sql`char_length(${table.host}) between 1 and 300`)],
);

/** The deliveries to a workspace's webhook, each written in the transaction of what it reports. Kept for 30 days. */
export const webhookDeliveries = pgTable(
  "webhook_deliveries",
  {
    workspaceId: workspaceId(),
    id: uuid().notNull().unique().defaultRandom(),
    kind: text().$type<"alert" | "test">().notNull(),
    /** The signed body; deleted when the delivery is finished. */
    body: text(),
    status: text().$type<"queued" | "delivered" | "failed">().notNull().default("queued"),
    attempts: integer().notNull().default(0),
    /** The earliest time of delivery; while a worker has claimed the row, the end of the claim. */
    dueAt: instant().notNull().defaultNow(),
    createdAt: instant().notNull().defaultNow(),
    settledAt: instant(),
    /** The HTTP status of the last answer; null: there was none. */
    answer: integer(),
    lastError: text(),
  },
  (table) => [
    primaryKey({ columns: [table.workspaceId, table.id] }),
    index("webhook_deliveries_due").on(table.dueAt).where(sql`status = 'queued'`),
    index("webhook_deliveries_latest").on(table.workspaceId, table.createdAt),
    index("webhook_deliveries_old").on(table.settledAt).where(sql`settled_at is not null`),
    check("webhook_deliveries_kind", sql`${table.kind} in ('alert', 'test')`),
    check("webhook_deliveries_status", sql`${table.status} in ('queued', 'delivered', 'failed')`),
    check("webhook_deliveries_wiped", sql`(${table.status} = 'queued') = (${table.body} is not null)`),
  ],
);
