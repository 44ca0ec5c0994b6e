import { sql } from "drizzle-orm";
import {
  bigint,
  boolean,
  check,
  index,
  integer,
  pgTable,
  primaryKey,
  smallint,
  text,
  unique,
  uniqueIndex,
  uuid,
} from "drizzle-orm/pg-core";
import type { Role } from "@/server/access/permissions";
import { bytea, instant } from "./columns";
import { mailOutbox } from "./mail";
import { users } from "./people";

/** A collective of people. `personal` has exactly one, and a person has at most one of those. */
export const workspaces = pgTable(
  "workspaces",
  {
    id: uuid().primaryKey().defaultRandom(),
    slug: text().notNull().unique(),
    name: text().notNull(),
    kind: text().$type<"personal" | "organization">().notNull(),
    createdBy: uuid()
      .notNull()
      .references(() => users.id),
    /** Chosen by the form before it is sent, so that the same form sent twice makes one workspace. */
    creationKey: uuid().notNull(),
    /** Whether people without an invitation may ask to join at `/join/SLUG`. */
    isJoinPageOpen: boolean().notNull().default(false),
    /** How many days a key may live at most; null: keys may be made that never expire. */
    maximumKeyDays: integer(),
    /** Micro-units of the instance's currency a calendar month in UTC; null: no limit. */
    monthlyLimit: bigint({ mode: "number" }),
    /** At which percentages of the monthly limit those who manage it are mailed, once a month each. */
    alertThresholds: smallint().array().notNull().default(sql`'{50,80,100}'`),
    /** How many members there are, kept by a trigger: counting a hundred thousand for every page would take its time. */
    memberCount: integer().notNull().default(0),
    createdAt: instant().notNull().defaultNow(),
    deletedAt: instant(),
  },
  (table) => [
    unique("workspaces_once").on(table.createdBy, table.creationKey),
    uniqueIndex("workspaces_one_personal").on(table.createdBy).where(sql`kind = 'personal' and deleted_at is null`),
    check("workspaces_kind", sql`${table.kind} in ('personal', 'organization')`),
    check("workspaces_name_length", sql`char_length(${table.name}) between 1 and 60`),
    check("workspaces_maximum_key_days", sql`${table.maximumKeyDays} between 1 and 3650`),
    check("workspaces_monthly_limit", sql`${table.monthlyLimit} >= 0`),
    check(
      "workspaces_alert_thresholds",
      sql`cardinality(${table.alertThresholds}) between 1 and 10 and 1 <= all(${table.alertThresholds}) and 200 >= all(${table.alertThresholds})`,
    ),
    // Whose spend is looked at every minute.
    index("workspaces_limited").on(table.id).where(sql`monthly_limit is not null and deleted_at is null`),
    check("workspaces_slug_form", sql`${table.slug} ~ '^[a-z0-9]+(-[a-z0-9]+)*$' and char_length(${table.slug}) <= 48`),
  ],
);

const workspaceId = () =>
  uuid()
    .notNull()
    .references(() => workspaces.id, { onDelete: "restrict" });

/** A person in a workspace. */
export const memberships = pgTable(
  "memberships",
  {
    workspaceId: workspaceId(),
    userId: uuid()
      .notNull()
      .references(() => users.id),
    role: text().$type<Role>().notNull(),
    joinedAt: instant().notNull().defaultNow(),
    lastActiveAt: instant(),
    /** Micro-units a calendar month in UTC that this member's own keys may spend; null: no limit. */
    monthlyLimit: bigint({ mode: "number" }),
  },
  (table) => [
    primaryKey({ columns: [table.workspaceId, table.userId] }),
    // As the switcher lists them: the latest visit first.
    index("memberships_of_person").on(
      table.userId,
      table.lastActiveAt.desc().nullsLast(),
      table.joinedAt.desc().nullsFirst(),
    ),
    index("memberships_in_order").on(table.workspaceId, table.joinedAt, table.userId),
    check("memberships_monthly_limit", sql`${table.monthlyLimit} >= 0`),
    check("memberships_role", sql`${table.role} in ('admin', 'developer', 'billing', 'viewer')`),
  ],
);

/** An offer to one address. `tokenHash` is the SHA-256 of a token that only the invited person holds. */
export const invitations = pgTable(
  "invitations",
  {
    workspaceId: workspaceId(),
    id: uuid().notNull().unique().defaultRandom(),
    email: text().notNull(),
    role: text().$type<Role>().notNull(),
    tokenHash: bytea().notNull().unique(),
    invitedBy: uuid()
      .notNull()
      .references(() => users.id),
    status: text().$type<"pending" | "accepted" | "declined" | "revoked">().notNull().default("pending"),
    mailId: uuid().references(() => mailOutbox.id, { onDelete: "set null" }),
    createdAt: instant().notNull().defaultNow(),
    expiresAt: instant().notNull(),
    settledAt: instant(),
  },
  (table) => [
    primaryKey({ columns: [table.workspaceId, table.id] }),
    uniqueIndex("invitations_one_pending").on(table.workspaceId, table.email).where(sql`status = 'pending'`),
    index("invitations_for_address").on(table.email).where(sql`status = 'pending'`),
    check("invitations_role", sql`${table.role} in ('admin', 'developer', 'billing', 'viewer')`),
    check("invitations_status", sql`${table.status} in ('pending', 'accepted', 'declined', 'revoked')`),
    check(
      "invitations_email_canonical",
      sql`${table.email} = lower(${table.email}) and char_length(${table.email}) <= 254`,
    ),
  ],
);
