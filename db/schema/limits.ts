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

/** What a limit on spend is counted over, in UTC; weeks begin on Monday. */
export type SpendSpan = "day" | "week" | "month" | "total";

/**
 * What was spent and is reserved in a span, by the workspace (`subject` is "workspace"), a key ("key:ID", the first of its rotations) and
 * a member ("member:ID"), each month; of what has a budget, also of a model ("model:ID"), a tag ("tag:NAME"), an end user ("end-user:ID") or the operator's "ceiling",
 * in the budget's span.
 * Reserved is what instances have leased and what trainings may cost. Derived (`npm run usage:rebuild`). It has no reference of its own: what counts in it
 * has (a line's hour, a budget). A row that is changed twice in one transaction would have its references looked up, however old it is.
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

/** The limits on spend beside those of a month, which are with whom they limit. Money in micro-units. */
export const budgets = pgTable(
  "budgets",
  {
    workspaceId: workspaceId(),
    /** "workspace", "ceiling" (the operator's), "member:ID", "key:ID", "model:ID", "tag:NAME", "end-users" (each of them) or "end-user:ID" (instead of that). */
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
      sql`${table.span} <> 'month' or ${table.whose} like 'model:%' or ${table.whose} like 'tag:%' or ${table.whose} like 'end-user%' or ${table.whose} = 'ceiling'`,
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

/**
 * What an instance may still give away of a budget. It goes back when the instance is not heard of for ten seconds. Each stands in a counter, and
 * comes and goes too often to have a reference looked up.
 */
export const usageLeases = pgTable(
  "usage_leases",
  {
    workspaceId: uuid().notNull(),
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

/** Limits on requests and tokens per minute that hold for a whole workspace, for one model or (`model` is "") for all together. */
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

/** A member asks for a higher limit or for a model. One of a kind waits at a time for each member. */
export const limitRequests = pgTable(
  "limit_requests",
  {
    workspaceId: workspaceId(),
    id: uuid().notNull().unique().defaultRandom(),
    userId: uuid()
      .notNull()
      .references(() => users.id),
    kind: text().$type<"spend" | "rate" | "count" | "model">().notNull(),
    /** Whose limit, as in `budgets`. Of a model: the member it is for, or the key. */
    whose: text().notNull(),
    /** Of spend the span, of a rate "requests" or "tokens", of a count "keys", "members" or "files", of a model its id. */
    measure: text().notNull(),
    /** What is asked for, in micro-units, per minute or how many, of files in megabytes; null for a model. Once approved, what was given. */
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
