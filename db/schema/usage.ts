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
import { instant } from "./columns";
import { apiKeys } from "./keys";
import { users } from "./people";
import { lineClasses, summedClasses } from "./usage-classes";
import { workspaces } from "./workspaces";

const workspaceId = () =>
  uuid()
    .notNull()
    .references(() => workspaces.id, { onDelete: "restrict" });

/** What a request asks of a model. */
export type Inference = "chat" | "embeddings";

/** What a line of the ledger was for: a request, or the training of a model. */
export type Operation = Inference | "fine-tuning";

/**
 * How the tokens of a request are known: `reported` by the model server, `estimated` because it said nothing (a stream
 * that ended early, say), `invalid` because what it said is impossible and an estimate was charged, `none` because it
 * refused and nothing was produced.
 */
export type UsageSource = "reported" | "estimated" | "invalid" | "none";

/**
 * Every request that reached a model server, once it ended: one row, never changed. Partitioned by month (the first
 * migration says so; drizzle cannot). Money is in micro-units of the instance's currency, prices in micro-units a million tokens as
 * they were at that moment, so that a new price rewrites nothing.
 */
export const usageLedger = pgTable(
  "usage_ledger",
  {
    workspaceId: workspaceId(),
    /** When it was settled, by the database's clock. */
    at: instant().notNull().default(sql`clock_timestamp()`),
    /** The request's id: what the client was told in `x-request-id`, and what stands in the log. */
    id: uuid().notNull(),
    keyId: text(),
    /** Whose key it was; null: a service key. */
    memberId: uuid().references(() => users.id),
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
    foreignKey({ columns: [table.workspaceId, table.keyId], foreignColumns: [apiKeys.workspaceId, apiKeys.id] }),
    check("usage_ledger_operation", sql`${table.operation} in ('chat', 'embeddings', 'fine-tuning')`),
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
  },
  (table) => [
    primaryKey({ columns: [table.workspaceId, table.id] }),
    index("usage_reservations_of_instance").on(table.instanceId).where(sql`instance_id is not null`),
    foreignKey({ columns: [table.workspaceId, table.keyId], foreignColumns: [apiKeys.workspaceId, apiKeys.id] }),
    index("usage_reservations_expiring").on(table.expiresAt),
    check("usage_reservations_not_negative", sql`${table.cost} >= 0`),
  ],
);

/** What a limit on spend is counted over, in UTC; weeks begin on Monday. */
export type SpendSpan = "day" | "week" | "month" | "total";

/**
 * What was spent and is reserved in a span, by the workspace (`subject` is "workspace"), a key ("key:ID", the first of its rotations) and
 * a member ("member:ID"), each month; of what has a budget, also of a model ("model:ID") or the operator's "ceiling", in the budget's span.
 * Reserved is what instances have leased and what trainings may cost. Derived (`npm run usage:rebuild`).
 */
export const spendCounters = pgTable(
  "spend_counters",
  {
    workspaceId: workspaceId(),
    span: text().$type<SpendSpan>().notNull().default("month"),
    /** The first day of the span; of a total 1970-01-01. */
    period: date({ mode: "string" }).notNull(),
    subject: text().notNull(),
    spent: bigint({ mode: "number" }).notNull().default(0),
    reserved: bigint({ mode: "number" }).notNull().default(0),
  },
  (table) => [
    primaryKey({ columns: [table.workspaceId, table.span, table.period, table.subject] }),
    check("spend_counters_span", sql`${table.span} in ('day', 'week', 'month', 'total')`),
    check("spend_counters_not_negative", sql`${table.spent} >= 0 and ${table.reserved} >= 0`),
  ],
);

/** The limits on spend beside those of a month, which are with whom they limit. Money in micro-units. */
export const budgets = pgTable(
  "budgets",
  {
    workspaceId: workspaceId(),
    /** "workspace", "ceiling" (the operator's), "member:ID", "key:ID" or "model:ID". */
    whose: text().notNull(),
    span: text().$type<SpendSpan>().notNull(),
    /** The counter it is compared with: as `whose`, and of a key as the first of its rotations. */
    subject: text().notNull(),
    amount: bigint({ mode: "number" }).notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.workspaceId, table.whose, table.span] }),
    index("budgets_by_subject").on(table.workspaceId, table.subject),
    check("budgets_span", sql`${table.span} in ('day', 'week', 'month', 'total')`),
    check(
      "budgets_month",
      sql`${table.span} <> 'month' or ${table.whose} like 'model:%' or ${table.whose} = 'ceiling'`,
    ),
    check("budgets_not_negative", sql`${table.amount} >= 0`),
  ],
);

/** A higher limit on spend that ends by itself: while it lasts it holds instead of a lower one. Money in micro-units. */
export const limitRaises = pgTable(
  "limit_raises",
  {
    workspaceId: workspaceId(),
    /** Whose limit, as in `budgets`. */
    whose: text().notNull(),
    span: text().$type<SpendSpan>().notNull(),
    amount: bigint({ mode: "number" }).notNull(),
    endsAt: instant().notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.workspaceId, table.whose, table.span] }),
    check("limit_raises_span", sql`${table.span} in ('day', 'week', 'month', 'total')`),
    check("limit_raises_not_negative", sql`${table.amount} >= 0`),
  ],
);

/** What an instance may still give away of a budget. It goes back when the instance is not heard of for ten seconds. */
export const usageLeases = pgTable(
  "usage_leases",
  {
    workspaceId: workspaceId(),
    subject: text().notNull(),
    span: text().$type<SpendSpan>().notNull(),
    period: date({ mode: "string" }).notNull(),
    /** Under whose limit it was leased. */
    whose: text().notNull(),
    instanceId: uuid().notNull(),
    amount: bigint({ mode: "number" }).notNull(),
  },
  (table) => [
    primaryKey({
      columns: [table.workspaceId, table.subject, table.span, table.period, table.whose, table.instanceId],
    }),
    index("usage_leases_of_instance").on(table.instanceId),
    check("usage_leases_positive", sql`${table.amount} > 0`),
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
});

/** The ledger by the hour. Derived from it (`npm run usage:rebuild`), in the transaction that settles. */
export const usageHourly = pgTable(
  "usage_hourly",
  { workspaceId: workspaceId(), hour: instant().notNull(), ...figures() },
  (table) => [
    unique("usage_hourly_once")
      .on(table.workspaceId, table.hour, table.model, table.keyId, table.memberId)
      .nullsNotDistinct(),
    // One key's, one member's or one model's hours, without those of all others.
    index("usage_hourly_of_key").on(table.workspaceId, table.keyId, table.hour),
    index("usage_hourly_of_member").on(table.workspaceId, table.memberId, table.hour),
    index("usage_hourly_of_model").on(table.workspaceId, table.model, table.hour),
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
      .on(table.workspaceId, table.day, table.model, table.keyId, table.memberId)
      .nullsNotDistinct(),
    index("usage_daily_of_key").on(table.workspaceId, table.keyId, table.day),
    index("usage_daily_of_member").on(table.workspaceId, table.memberId, table.day),
    index("usage_daily_of_model").on(table.workspaceId, table.model, table.day),
  ],
);

/** Limits on requests and tokens a minute that hold for a whole workspace, for one model or (`model` is "") for all together. */
export const rateLimits = pgTable(
  "rate_limits",
  {
    workspaceId: workspaceId(),
    model: text().notNull().default(""),
    requestsPerMinute: integer(),
    tokensPerMinute: integer(),
  },
  (table) => [
    primaryKey({ columns: [table.workspaceId, table.model] }),
    check(
      "rate_limits_positive",
      sql`coalesce(${table.requestsPerMinute}, 1) > 0 and coalesce(${table.tokensPerMinute}, 1) > 0`,
    ),
  ],
);

/** An alert that was mailed: each threshold of a limit once a span. */
export const spendAlerts = pgTable(
  "spend_alerts",
  {
    workspaceId: workspaceId(),
    /** Whose limit, as in `budgets`, over which span. */
    whose: text().notNull().default("workspace"),
    span: text().$type<SpendSpan>().notNull().default("month"),
    period: date({ mode: "string" }).notNull(),
    threshold: smallint().notNull(),
    at: instant().notNull().defaultNow(),
  },
  (table) => [
    primaryKey({ columns: [table.workspaceId, table.whose, table.span, table.period, table.threshold] }),
    check("spend_alerts_threshold", sql`${table.threshold} between 1 and 200`),
  ],
);
