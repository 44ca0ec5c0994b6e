import { sql } from "drizzle-orm";
import {
  bigint,
  check,
  date,
  index,
  integer,
  pgTable,
  primaryKey,
  smallint,
  text,
  uniqueIndex,
  uuid,
} from "drizzle-orm/pg-core";
import { instant } from "./columns";
import { users } from "./people";
import { workspaceId } from "./workspaces";

/** The span of a spending limit, in UTC; weeks begin on Monday. */
export type SpendSpan = "day" | "week" | "month" | "total";

/**
 * The spent and reserved amounts of a span: each month for the workspace (`subject` is "workspace"), each key
 * ("key:ID", the first of its rotations) and each member ("member:ID"); in the budget's span also for a model
 * ("model:ID"), a tag ("tag:NAME"), an end user ("end-user:ID") or the "ceiling", if they have a budget. Reserved
 * amounts are the leases of instances and the possible costs of trainings. Derived (`npm run usage:rebuild`). The table
 * has no foreign keys: the rows that are counted have them (the usage of an hour, a budget), and in a row that is
 * changed twice in one transaction they would be checked again each time.
 */
export const spendCounters = pgTable(
  "spend_counters",
  {
    workspaceId: uuid().notNull(),
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

/** The spending limits besides the monthly ones, which are in the rows of what they limit. Money is in micro-units. */
export const budgets = pgTable(
  "budgets",
  {
    workspaceId: workspaceId(),
    /**
     * The owner of the limit: "workspace", "ceiling" (the operators'), "member:ID", "key:ID", "model:ID", "tag:NAME",
     * "end-users" (each of them) or "end-user:ID" (instead of "end-users").
     */
    whose: text().notNull(),
    span: text().$type<SpendSpan>().notNull(),
    /** Its counter: the same as `whose`, and for a key that of the first of its rotations. */
    subject: text().notNull(),
    amount: bigint({ mode: "number" }).notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.workspaceId, table.whose, table.span] }),
    index("budgets_by_subject").on(table.workspaceId, table.subject),
    check("budgets_span", sql`${table.span} in ('day', 'week', 'month', 'total')`),
    check(
      "budgets_month",
      sql`${table.span} <> 'month' or ${table.whose} like 'model:%' or ${table.whose} like 'tag:%' or ${table.whose} like 'end-user%' or ${table.whose} = 'ceiling'`,
    ),
    check("budgets_not_negative", sql`${table.amount} >= 0`),
  ],
);

/** A higher spending limit that ends by itself. Until then it replaces a lower one. Money is in micro-units. */
export const limitRaises = pgTable(
  "limit_raises",
  {
    workspaceId: workspaceId(),
    /** The owner of the limit, as in `budgets`. */
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

/**
 * A lease: the part of a budget that an instance may still use. It is given back when the instance has not been heard
 * of for ten seconds. Leases change too often for foreign keys; each is counted in a counter.
 */
export const usageLeases = pgTable(
  "usage_leases",
  {
    workspaceId: uuid().notNull(),
    subject: text().notNull(),
    span: text().$type<SpendSpan>().notNull(),
    period: date({ mode: "string" }).notNull(),
    /** The owner of the limit for which it was leased. */
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

/**
 * The limits on requests and tokens per minute of a whole workspace: for one model or, if `model` is "", for all
 * together.
 */
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

/** An alert that was mailed: each threshold of a limit once per span. */
export const spendAlerts = pgTable(
  "spend_alerts",
  {
    workspaceId: workspaceId(),
    /** The owner of the limit, as in `budgets`, and its span. */
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

/** A member's request for a higher limit or for a model. At most one pending of each kind per member. */
export const limitRequests = pgTable(
  "limit_requests",
  {
    workspaceId: workspaceId(),
    id: uuid().notNull().unique().defaultRandom(),
    userId: uuid()
      .notNull()
      .references(() => users.id),
    kind: text().$type<"spend" | "rate" | "count" | "model">().notNull(),
    /** The owner of the limit, as in `budgets`. For a model: the member or the key that should get it. */
    whose: text().notNull(),
    /**
     * For a spending limit its span; for a rate limit "requests" or "tokens"; for a number "keys", "members" or
     * "files"; for a model its id.
     */
    measure: text().notNull(),
    /**
     * The requested amount: in micro-units, per minute, or a number (of files in megabytes); null for a model. Once
     * approved, the given amount.
     */
    amount: bigint({ mode: "number" }),
    reason: text().notNull().default(""),
    /** Who answers: those who manage the workspace, or the operators of the instance. */
    audience: text().$type<"managers" | "operators">().notNull().default("managers"),
    status: text().$type<"pending" | "approved" | "declined" | "withdrawn">().notNull().default("pending"),
    createdAt: instant().notNull().defaultNow(),
    settledAt: instant(),
    settledBy: uuid().references(() => users.id),
  },
  (table) => [
    primaryKey({ columns: [table.workspaceId, table.id] }),
    uniqueIndex("limit_requests_one_pending")
      .on(table.workspaceId, table.userId, table.kind, table.whose, table.measure)
      .where(sql`status = 'pending'`),
    index("limit_requests_waiting").on(table.workspaceId, table.createdAt).where(sql`status = 'pending'`),
    index("limit_requests_for_operators").on(table.createdAt).where(sql`status = 'pending' and audience = 'operators'`),
    index("limit_requests_of_member").on(table.workspaceId, table.userId, table.createdAt),
    check("limit_requests_kind", sql`${table.kind} in ('spend', 'rate', 'count', 'model')`),
    check(
      "limit_requests_audience",
      sql`${table.audience} = 'managers' or (${table.audience} = 'operators' and ${table.whose} = 'ceiling')`,
    ),
    check("limit_requests_status", sql`${table.status} in ('pending', 'approved', 'declined', 'withdrawn')`),
    check("limit_requests_amount", sql`(${table.amount} is null) = (${table.kind} = 'model') and ${table.amount} >= 0`),
    check("limit_requests_reason", sql`char_length(${table.reason}) <= 500`),
  ],
);
