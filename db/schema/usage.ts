import { sql } from "drizzle-orm";
import {
  bigint,
  boolean,
  check,
  date,
  foreignKey,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  smallint,
  text,
  unique,
  uuid,
} from "drizzle-orm/pg-core";
import type { Operation } from "@/server/platform/settings/endpoints";
import { instant } from "./columns";
import { apiKeys } from "./keys";
import { users } from "./people";
import { lineClasses, summedClasses } from "./usage-classes";
import { workspaceId } from "./workspaces";

/**
 * The source of a request's token counts: `reported` by the model server; `estimated`, because it reported none (for
 * example when a stream ended early); `invalid`, because its report was impossible and an estimate was charged; `none`,
 * because it refused and produced nothing.
 */
export type UsageSource = "reported" | "estimated" | "invalid" | "none";

/**
 * The ledger: every request that reached a model server, when it has ended: one row, never changed. Partitioned by
 * month (in the first migration, because drizzle cannot do it). `write_usage` writes a line together with its hour, and
 * the hour has the foreign keys to the workspace, the key and the member: checking them for each line would be a third
 * of the cost of writing it. Money is in micro-units of the instance's currency; prices are in micro-units per million
 * tokens at that moment, so that a new price rewrites nothing.
 */
export const usageLedger = pgTable(
  "usage_ledger",
  {
    workspaceId: uuid().notNull(),
    /** When it was settled, by the database's clock. */
    at: instant().notNull().default(sql`clock_timestamp()`),
    /** The request's id, which is in the answer's `x-request-id` and in the log. */
    id: uuid().notNull(),
    keyId: text(),
    /** The owner of the key; null: a service key. */
    memberId: uuid(),
    /** The model in the request, and the model in the request to the model server. */
    model: text().notNull(),
    upstreamModel: text().notNull(),
    operation: text().$type<Operation>().notNull(),
    isStreamed: boolean().notNull(),
    /** The HTTP status of the answer, and the code of its error, if any. */
    status: smallint().notNull(),
    errorCode: text(),
    /**
     * The model server that answered; null: none was reached. And the servers that were tried before it, with each
     * failure: "one: 503, other: timeout".
     */
    modelServer: text(),
    failover: text(),
    /** The requested route, if the request named one. */
    route: text(),
    /** The declared tags of the request, in order; null: none. */
    tags: text().array(),
    /**
     * The end user of the request (`end_users`); the nil UUID: none was named. Null: the workspace does not use end
     * users.
     */
    endUser: uuid(),
    promptTokens: integer().notNull(),
    completionTokens: integer().notNull(),
    inputPrice: bigint({ mode: "number" }).notNull(),
    outputPrice: bigint({ mode: "number" }).notNull(),
    cost: bigint({ mode: "number" }).notNull(),
    usageSource: text().$type<UsageSource>().notNull(),
    firstByteMs: integer(),
    totalMs: integer().notNull(),
    ...lineClasses(),
    /** The prices of the used classes that have their own; null: there are none. */
    classPrices: jsonb().$type<Record<string, number>>(),
  },
  (table) => [
    primaryKey({ columns: [table.workspaceId, table.at, table.id] }),
    index("usage_ledger_by_key").on(table.workspaceId, table.keyId, table.at),
    index("usage_ledger_by_end_user").on(table.workspaceId, table.endUser, table.at).where(sql`end_user is not null`),
    // Another endpoint needs no migration.
    check("usage_ledger_operation", sql`${table.operation} ~ '^[a-z]+(-[a-z]+)*$'`),
    check("usage_ledger_usage_source", sql`${table.usageSource} in ('reported', 'estimated', 'invalid', 'none')`),
    check(
      "usage_ledger_not_negative",
      sql`${table.promptTokens} >= 0 and ${table.completionTokens} >= 0 and ${table.cost} >= 0 and ${table.inputPrice} >= 0 and ${table.outputPrice} >= 0`,
    ),
  ],
);

/**
 * The highest possible cost of a training, or of a request that was in progress at its instance's last beat. Deleted
 * when it is settled. A reservation of a lost instance, or one that has passed `expiresAt`, is settled as lost, at its
 * highest possible cost.
 */
export const usageReservations = pgTable(
  "usage_reservations",
  {
    workspaceId: workspaceId(),
    id: uuid().notNull(),
    keyId: text(),
    memberId: uuid().references(() => users.id),
    model: text().notNull(),
    upstreamModel: text().notNull(),
    operation: text().$type<Operation>().notNull(),
    isStreamed: boolean().notNull(),
    promptTokens: integer().notNull(),
    completionTokens: integer().notNull(),
    inputPrice: bigint({ mode: "number" }).notNull(),
    outputPrice: bigint({ mode: "number" }).notNull(),
    cost: bigint({ mode: "number" }).notNull(),
    /** The first day of the month in whose counters it is reserved and settled. */
    period: date({ mode: "string" }).notNull(),
    at: instant().notNull().default(sql`clock_timestamp()`),
    expiresAt: instant().notNull(),
    /** The instance whose lease covers it; null: it is reserved in the counters themselves. */
    instanceId: uuid(),
    /** The amounts by class, and the prices of classes that have their own. */
    classes: jsonb().$type<Record<string, number>>(),
    classPrices: jsonb().$type<Record<string, number>>(),
    route: text(),
    tags: text().array(),
    endUser: uuid(),
  },
  (table) => [
    primaryKey({ columns: [table.workspaceId, table.id] }),
    index("usage_reservations_of_instance").on(table.instanceId).where(sql`instance_id is not null`),
    foreignKey({ columns: [table.workspaceId, table.keyId], foreignColumns: [apiKeys.workspaceId, apiKeys.id] }),
    index("usage_reservations_expiring").on(table.expiresAt),
    check("usage_reservations_not_negative", sql`${table.cost} >= 0`),
  ],
);

/** The instances that meter usage, with their last exchanges. */
export const usageInstances = pgTable("usage_instances", {
  id: uuid().primaryKey(),
  /** The number of its last exchange, and the answer to it. */
  lastTurn: bigint({ mode: "number" }).notNull().default(0),
  lastAnswer: jsonb(),
  beatAt: instant().notNull().default(sql`clock_timestamp()`),
});

/** Returns the columns of a roll-up by hour or day. */
const figures = () => ({
  model: text().notNull(),
  keyId: text(),
  memberId: uuid(),
  requests: integer().notNull(),
  errors: integer().notNull(),
  promptTokens: bigint({ mode: "number" }).notNull(),
  completionTokens: bigint({ mode: "number" }).notNull(),
  cost: bigint({ mode: "number" }).notNull(),
  /** The latency histogram: the number of requests in each bucket of `latency_bucket()`. */
  latency: integer().array().notNull(),
  ...summedClasses(),
  /** The requested route; null: none. */
  route: text(),
  /** The tags of all of these requests, in order; null: none. */
  tags: text().array(),
  /** The operation of all of these requests; null: they were summed before operations were stored. */
  operation: text().$type<Operation>(),
});

/** Usage by hour. Derived from the ledger (`npm run usage:rebuild`), in the transaction that settles. */
export const usageHourly = pgTable(
  "usage_hourly",
  { workspaceId: workspaceId(), hour: instant().notNull(), ...figures() },
  (table) => [
    unique("usage_hourly_once")
      .on(
        ...([
          table.workspaceId,
          table.hour,
          table.model,
          table.keyId,
          table.memberId,
          table.route,
          table.tags,
        ] as const),
        table.operation,
      )
      .nullsNotDistinct(),
    // For the latest hours of all workspaces.
    index("usage_hourly_by_hour").on(table.hour),
    // For the hours of one key, one member or one model.
    index("usage_hourly_of_key").on(table.workspaceId, table.keyId, table.hour),
    index("usage_hourly_of_member").on(table.workspaceId, table.memberId, table.hour),
    index("usage_hourly_of_model").on(table.workspaceId, table.model, table.hour),
    index("usage_hourly_of_route").on(table.workspaceId, table.route, table.hour).where(sql`route is not null`),
    // These foreign keys also hold for its lines in the ledger.
    foreignKey({ columns: [table.workspaceId, table.keyId], foreignColumns: [apiKeys.workspaceId, apiKeys.id] }),
    foreignKey({ columns: [table.memberId], foreignColumns: [users.id] }),
  ],
);

/**
 * Usage by day in UTC: only complete past days, without a gap up to a workspace's last one here. Later days exist only
 * as hours. Filled by a job for workspaces whose reports are read.
 */
export const usageDaily = pgTable(
  "usage_daily",
  { workspaceId: workspaceId(), day: instant().notNull(), ...figures() },
  (table) => [
    unique("usage_daily_once")
      .on(
        ...([table.workspaceId, table.day, table.model, table.keyId, table.memberId, table.route, table.tags] as const),
        table.operation,
      )
      .nullsNotDistinct(),
    index("usage_daily_of_key").on(table.workspaceId, table.keyId, table.day),
    index("usage_daily_of_member").on(table.workspaceId, table.memberId, table.day),
    index("usage_daily_of_model").on(table.workspaceId, table.model, table.day),
  ],
);
