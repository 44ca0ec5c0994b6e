import { sql } from "drizzle-orm";
import {
  boolean,
  check,
  foreignKey,
  index,
  integer,
  pgTable,
  primaryKey,
  text,
  uniqueIndex,
  uuid,
} from "drizzle-orm/pg-core";
import type { Role } from "@/server/access/permissions";
import { instant } from "./columns";
import { users } from "./people";
import { workspaceId } from "./workspaces";

/** The workspaces with quarterly access reviews, and when the next one starts. */
export const accessReviewPlans = pgTable(
  "access_review_plans",
  { workspaceId: workspaceId().primaryKey(), nextAt: instant().notNull() },
  (table) => [index("access_review_plans_due").on(table.nextAt)],
);

/**
 * The phases of a review: members and keys are gathered, Admins decide, the affected people are warned, it waits for
 * its end, it is closed.
 */
export const reviewPhases = ["members", "keys", "open", "warning", "warned", "closed"] as const;

/** An access review of a workspace. At most one per workspace is not closed. */
export const accessReviews = pgTable(
  "access_reviews",
  {
    workspaceId: workspaceId(),
    id: uuid().notNull().unique().defaultRandom(),
    startedAt: instant().notNull().defaultNow(),
    /** Null: it started by itself with the quarter. */
    startedBy: uuid().references(() => users.id),
    /** When unconfirmed items are disabled. */
    dueAt: instant().notNull(),
    phase: text().$type<(typeof reviewPhases)[number]>().notNull().default("members"),
    /** When its next step is due; null: it is closed. */
    nextAt: instant().defaultNow(),
    /** The last member or key that was checked during gathering. */
    gatheredTo: text(),
    /** Whether more were found than a review can have. */
    isCut: boolean().notNull().default(false),
    members: integer().notNull().default(0),
    keys: integer().notNull().default(0),
    /** The number of undecided items. */
    undecided: integer().notNull().default(0),
    closedAt: instant(),
  },
  (table) => [
    primaryKey({ columns: [table.workspaceId, table.id] }),
    uniqueIndex("access_reviews_one_open").on(table.workspaceId).where(sql`closed_at is null`),
    index("access_reviews_newest").on(table.workspaceId, table.startedAt, table.id),
    index("access_reviews_due").on(table.nextAt),
    check("access_reviews_phase", sql`${table.phase} in ('members', 'keys', 'open', 'warning', 'warned', 'closed')`),
    check(
      "access_reviews_closed",
      sql`(${table.phase} = 'closed') = (${table.closedAt} is not null) and (${table.closedAt} is null) = (${table.nextAt} is not null)`,
    ),
    check(
      "access_reviews_counts",
      sql`${table.members} >= 0 and ${table.keys} >= 0 and ${table.undecided} between 0 and ${table.members} + ${table.keys}`,
    ),
  ],
);

/** Why a member or a key is in a review. */
const reviewReasons = ["stale", "idle", "no-expiry", "no-limit"] as const;

/**
 * The decision about a member or a key: an Admin confirmed, removed, revoked or disabled it; no Admin did and it was
 * disabled at the end (`lapsed`); its reasons did not apply any more (`active`); it had already ended (`gone`); or it
 * is the last Admin (`kept`).
 */
const reviewDecisions = ["confirmed", "removed", "revoked", "disabled", "lapsed", "active", "gone", "kept"] as const;

export type ReviewDecision = (typeof reviewDecisions)[number];

/** A member or a key in a review. */
export const accessReviewItems = pgTable(
  "access_review_items",
  {
    workspaceId: workspaceId(),
    reviewId: uuid().notNull(),
    kind: text().$type<"member" | "key">().notNull(),
    /** The member's id, or the key's. */
    subject: text().notNull(),
    /** The member, or the owner of the key; null: a service key. */
    personId: uuid().references(() => users.id),
    reasons: text().array().$type<(typeof reviewReasons)[number][]>().notNull(),
    /** The member's role when the review started. */
    role: text().$type<Role>(),
    /** When it was last used, else made, as of the start of the review. */
    since: instant().notNull(),
    isUsed: boolean().notNull(),
    warnedAt: instant(),
    decision: text().$type<ReviewDecision>(),
    /** Null: Atelier, at the end of the review. */
    decidedBy: uuid().references(() => users.id),
    decidedAt: instant(),
    /** The end date of the membership before it was disabled. */
    endsAtBefore: instant(),
    /** When the disabled item was restored. */
    restoredAt: instant(),
    restoredBy: uuid().references(() => users.id),
  },
  (table) => [
    primaryKey({ columns: [table.workspaceId, table.reviewId, table.kind, table.subject] }),
    foreignKey({
      name: "access_review_items_review",
      columns: [table.workspaceId, table.reviewId],
      foreignColumns: [accessReviews.workspaceId, accessReviews.id],
    }),
    index("access_review_items_longest_unused").on(
      table.workspaceId,
      table.reviewId,
      table.kind,
      table.since,
      table.subject,
    ),
    check("access_review_items_kind", sql`${table.kind} in ('member', 'key')`),
    check("access_review_items_reasons", sql`cardinality(${table.reasons}) between 1 and 4`),
    check(
      "access_review_items_decision",
      sql`${table.decision} in ('confirmed', 'removed', 'revoked', 'disabled', 'lapsed', 'active', 'gone', 'kept')`,
    ),
    check(
      "access_review_items_decided",
      sql`(${table.decision} is null) = (${table.decidedAt} is null) and (${table.restoredAt} is null or ${table.decision} = 'lapsed')`,
    ),
  ],
);
