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
 * How the tokens of a request are known: `reported` by the model server, `estimated` because it said nothing (a stream
 * that ended early, say), `invalid` because what it said is impossible and an estimate was charged, `none` because it
 * refused and nothing was produced.
 */
export type UsageSource = "reported" | "estimated" | "invalid" | "none";

/**
 * Every request that reached a model server, once it ended: one row, never changed. Partitioned by month (the first
 * migration says so; drizzle cannot). `write_usage` writes a line and its hour together, and the hour has the references to the workspace,
 * the key and the member: to check them for each line would be a third of what writing it takes. Money is in micro-units of the instance's currency, prices in micro-units a million tokens as
 * they were at that moment, so that a new price rewrites nothing.
 */
export const usageLedger = pgTable(
  "usage_ledger",
  {
    workspaceId: uuid().notNull(),
    /** When it was settled, by the database's clock. */
    at: instant().notNull().default(sql`clock_timestamp()`),
    /** The request's id: what the client was told in `x-request-id`, and what stands in the log. */
    id: uuid().notNull(),
    keyId: text(),
    /** Whose key it was; null: a service key. */
    memberId: uuid(),
    /** The model as it was asked for, and as the model server was asked for it. */
    model: text().notNull(),
    upstreamModel: text().notNull(),
    operation: text().$type<Operation>().notNull(),
    isStreamed: boolean().notNull(),
    /** The HTTP status the client was answered with, and the error's code if it was one. */
    status: smallint().notNull(),
    errorCode: text(),
    /** The model server that answered; null: none was asked. And which were asked before it, with how each failed: "one: 503, other: timeout". */
    modelServer: text(),
    failover: text(),
    /** The route by which the model was found, if a route was asked for. */
    route: text(),
    /** The declared tags that the request carried, in order; null: none. */
    tags: text().array(),
    /** Whom the program acted for (`end_users`); the nil UUID: no end user was named. Null: the workspace did not ask. */
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
    /** The prices of the classes that were used and have one of their own; null: none has. */
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
 * What a training, or a request that was under way at its instance's last beat, may cost at most. Deleted when it is settled; one of an
 * instance that is not heard of any more, or that outlives `expiresAt`, is settled as lost, at what it could cost.
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
    /** The first day of the month in whose counters it is reserved, and in which it is settled. */
    period: date({ mode: "string" }).notNull(),
    at: instant().notNull().default(sql`clock_timestamp()`),
    expiresAt: instant().notNull(),
    /** Whose lease it is held by; null: it is held in the counters themselves. */
    instanceId: uuid(),
    /** What of it is of which class, and these classes' own prices. */
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

/** The instances that meter, each known by its last exchange. */
export const usageInstances = pgTable("usage_instances", {
  id: uuid().primaryKey(),
  /** The number of its last exchange, and what it was answered. */
  lastTurn: bigint({ mode: "number" }).notNull().default(0),
  lastAnswer: jsonb(),
  beatAt: instant().notNull().default(sql`clock_timestamp()`),
});

/** Returns what is summed of the ledger over an hour or a day. */
const figures = () => ({
  model: text().notNull(),
  keyId: text(),
  memberId: uuid(),
  requests: integer().notNull(),
  errors: integer().notNull(),
  promptTokens: bigint({ mode: "number" }).notNull(),
  completionTokens: bigint({ mode: "number" }).notNull(),
  cost: bigint({ mode: "number" }).notNull(),
  /** How many requests took how long: a count for each of the buckets of `latency_bucket()`. */
  latency: integer().array().notNull(),
  ...summedClasses(),
  /** The route that was asked for; null: none was. */
  route: text(),
  /** The tags of all of these requests, in order; null: none. */
  tags: text().array(),
  /** What all of these requests were for; null: they were added up before that was told apart. */
  operation: text().$type<Operation>(),
});

/** The ledger by the hour. Derived from it (`npm run usage:rebuild`), in the transaction that settles. */
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
    // The latest hours of all workspaces.
    index("usage_hourly_by_hour").on(table.hour),
    // One key's, one member's or one model's hours, without those of all others.
    index("usage_hourly_of_key").on(table.workspaceId, table.keyId, table.hour),
    index("usage_hourly_of_member").on(table.workspaceId, table.memberId, table.hour),
    index("usage_hourly_of_model").on(table.workspaceId, table.model, table.hour),
    index("usage_hourly_of_route").on(table.workspaceId, table.route, table.hour).where(sql`route is not null`),
    // What its lines in the ledger refer to as well.
    foreignKey({ columns: [table.workspaceId, table.keyId], foreignColumns: [apiKeys.workspaceId, apiKeys.id] }),
    foreignKey({ columns: [table.memberId], foreignColumns: [users.id] }),
  ],
);

/**
 * The hours by the day, in UTC: whole days that are over, each with everything in it, and of a workspace all of them up to its last one
 * here. What comes after that has only its hours yet. Filled by a job for those whose reports are read.
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
