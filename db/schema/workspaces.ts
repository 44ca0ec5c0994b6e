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
import type { EndUserField } from "@/server/usage/end-users/input";
import { bytea, instant } from "./columns";
import { mailOutbox } from "./mail";
import { moreLimits } from "./more-limits";
import { ordersOf } from "./orders";
import { users } from "./people";
import { signInProviders } from "./sign-in";

/** A workspace. A `personal` one has exactly one member, and a person has at most one of these. */
export const workspaces = pgTable(
  "workspaces",
  {
    id: uuid().primaryKey().defaultRandom(),
    slug: text().notNull().unique(),
    name: text().notNull(),
    /**
     * The name for the operators' sorting and search, because under row-level security an index on an expression is not
     * used for these.
     */
    nameKey: text().generatedAlwaysAs(sql`lower(name)`),
    kind: text().$type<"personal" | "organization">().notNull(),
    createdBy: uuid()
      .notNull()
      .references(() => users.id),
    /** Made when the form was rendered, so that a form that is sent twice creates one workspace. */
    creationKey: uuid().notNull(),
    /** Whether people without an invitation may ask to join at `/join/SLUG`. */
    isJoinPageOpen: boolean().notNull().default(false),
    /** The longest lifetime of a key in days; null: keys need not expire. */
    maximumKeyDays: integer(),
    /** Its spending limit in micro-units of the instance's currency per calendar month in UTC; null: no limit. */
    monthlyLimit: bigint({ mode: "number" }),
    /** The percentages of the monthly limit at which the members who manage it are mailed, once per month each. */
    alertThresholds: smallint().array().notNull().default(sql`'{50,80,100}'`),
    /** The default action for the keys of departing members. */
    expiredMemberKeyAction: text().$type<"keep" | "revoke">().notNull().default("revoke"),
    /**
     * The number of members, kept by a trigger, because counting a hundred thousand members for every page would be
     * slow.
     */
    memberCount: integer().notNull().default(0),
    /** The role of a person who joins without an offer that names one, and the one preselected for an invitation. */
    defaultRole: text().$type<Exclude<Role, "admin">>().notNull().default("developer"),
    /** Who may create keys: every member whose role allows it, or only Admins. */
    keyCreators: text().$type<"developers" | "admins">().notNull().default("developers"),
    /** The most members; null: no limit. */
    seats: integer(),
    /** For how many days responses of `/v1/responses` are kept, so that programs can refer to them; null: not at all. */
    responseDays: integer(),
    /**
     * The models of the instance that it may use, with `*` for any characters, and the model servers by name, both set
     * by operators. Null: all.
     */
    allowedModels: text().array(),
    allowedProviders: text().array(),
    ...moreLimits(),
    /** What happens to a request with an undeclared tag, if the workspace has declared tags. */
    undeclaredTags: text().$type<"refuse" | "untagged">().notNull().default("refuse"),
    /**
     * Where requests name their end user (empty: end users are not used), how the names are stored, and what happens to
     * requests that name none.
     */
    endUserFields: text().$type<EndUserField>().array().notNull().default(sql`'{}'`),
    endUserNames: text().$type<"hash" | "keep">().notNull().default("hash"),
    missingEndUser: text().$type<"refuse" | "together">().notNull().default("together"),
    /** The emoji of the workspace, instead of a picture. */
    iconEmoji: text(),
    /** A random number for each picture, so that each has its own address; null: there is none. */
    iconVersion: integer(),
    createdAt: instant().notNull().defaultNow(),
    /** When it was deleted. For 30 days it can be restored. */
    deletedAt: instant(),
    /**
     * Since when an operator has suspended it: its keys do not work and nothing in it can be changed; null: it is not
     * suspended. And the reason that its members see.
     */
    suspendedAt: instant(),
    suspendedReason: text(),
    /** When its purge began: from then on it cannot be restored. */
    purgeBegunAt: instant(),
    /** When its purge ended: only its history is left. */
    purgedAt: instant(),
  },
  (table) => [
    unique("workspaces_once").on(table.createdBy, table.creationKey),
    uniqueIndex("workspaces_one_personal").on(table.createdBy).where(sql`kind = 'personal' and deleted_at is null`),
    check("workspaces_kind", sql`${table.kind} in ('personal', 'organization')`),
    check("workspaces_name_length", sql`char_length(${table.name}) between 1 and 60`),
    check("workspaces_maximum_key_days", sql`${table.maximumKeyDays} between 1 and 3650`),
    check("workspaces_undeclared_tags", sql`${table.undeclaredTags} in ('refuse', 'untagged')`),
    check(
      "workspaces_end_users",
      sql`${table.endUserFields} <@ '{header,safety_identifier,user,metadata.user_id}' and ${table.endUserNames} in ('hash', 'keep') and ${table.missingEndUser} in ('refuse', 'together')`,
    ),
    check("workspaces_expired_member_key_action", sql`${table.expiredMemberKeyAction} in ('keep', 'revoke')`),
    check("workspaces_monthly_limit", sql`${table.monthlyLimit} >= 0`),
    check("workspaces_default_limits", sql`least(${table.newMemberLimit}, ${table.newKeyLimit}) >= 0`),
    check(
      "workspaces_alert_thresholds",
      sql`cardinality(${table.alertThresholds}) between 1 and 10 and 1 <= all(${table.alertThresholds}) and 200 >= all(${table.alertThresholds})`,
    ),
    // For the workspaces whose spending is checked every minute.
    index("workspaces_limited").on(table.id).where(sql`monthly_limit is not null and deleted_at is null`),
    check("workspaces_default_role", sql`${table.defaultRole} in ('developer', 'billing', 'viewer')`),
    check("workspaces_key_creators", sql`${table.keyCreators} in ('developers', 'admins')`),
    // Applies to every way to join.
    check("workspaces_seats", sql`${table.seats} between 1 and 100000 and ${table.memberCount} <= ${table.seats}`),
    check(
      "workspaces_allowed",
      sql`cardinality(${table.allowedModels}) between 1 and 100 and cardinality(${table.allowedProviders}) between 1 and 100`,
    ),
    check(
      "workspaces_ceilings",
      sql`${table.mostRequestsPerMinute} > 0 and ${table.mostTokensPerMinute} > 0 and ${table.mostKeys} >= 0 and ${table.mostMembers} > 0 and ${table.mostFileBytes} >= 0`,
    ),
    check("workspaces_response_days", sql`${table.responseDays} between 1 and 30`),
    check("workspaces_personal_alone", sql`${table.kind} <> 'personal' or ${table.memberCount} <= 1`),
    check("workspaces_icon", sql`${table.iconEmoji} is null or ${table.iconVersion} is null`),
    check("workspaces_icon_emoji", sql`char_length(${table.iconEmoji}) between 1 and 32`),
    check(
      "workspaces_purge",
      sql`${table.deletedAt} is not null or (${table.purgeBegunAt} is null and ${table.purgedAt} is null)`,
    ),
    check(
      "workspaces_suspended",
      sql`char_length(${table.suspendedReason}) <= 200 and (${table.suspendedReason} is null or ${table.suspendedAt} is not null)`,
    ),
    // For the operators' list: the newest first, by name, or the largest first.
    index("workspaces_newest").on(table.createdAt, table.id),
    index("workspaces_by_name").on(sql`${table.nameKey} collate "C"`, table.id),
    // For a search by the beginning of the slug.
    index("workspaces_by_slug").on(sql`${table.slug} collate "C"`),
    index("workspaces_largest").on(table.memberCount, table.id),
    ...ordersOf("workspaces_suspended", sql`suspended_at is not null`, table),
    ...ordersOf("workspaces_deleted", sql`deleted_at is not null and purge_begun_at is null`, table),
    index("workspaces_made_by").on(table.createdBy).where(sql`deleted_at is null`),
    index("workspaces_to_purge").on(table.deletedAt).where(sql`deleted_at is not null and purged_at is null`),
    check("workspaces_slug_form", sql`${table.slug} ~ '^[a-z0-9]+(-[a-z0-9]+)*$' and char_length(${table.slug}) <= 48`),
  ],
);

/** Returns the column of the workspace that a row belongs to. */
export const workspaceId = () =>
  uuid()
    .notNull()
    .references(() => workspaces.id, { onDelete: "restrict" });

/**
 * Every slug that a workspace has or had, kept by a trigger. Old addresses redirect to the workspace for good, so no
 * other workspace ever gets them.
 */
export const workspaceSlugs = pgTable(
  "workspace_slugs",
  {
    slug: text().primaryKey(),
    workspaceId: workspaceId(),
    createdAt: instant().notNull().defaultNow(),
  },
  (table) => [index("workspace_slugs_of_workspace").on(table.workspaceId)],
);

/** A membership: a person in a workspace. */
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
    /** The spending limit of this member's own keys in micro-units per calendar month in UTC; null: no limit. */
    monthlyLimit: bigint({ mode: "number" }),
    /** The end of the membership, by the database's clock. The row stays until a job has settled it; null: no end. */
    endsAt: instant(),
    /**
     * Until when a disabled membership, which has ended, can be restored; then it is settled. Null: it was not
     * disabled.
     */
    restorableUntil: instant(),
    /** When the reminder of that end was mailed. */
    endRemindedAt: instant(),
    /** The sign-in provider, added by operators, whose groups made them a member and decide whether they stay. */
    byProvider: uuid().references(() => signInProviders.id, { onDelete: "set null" }),
    /** The same for a provider in the environment, by its id. Both null: they joined in another way. */
    byEnvironment: text(),
    /** The role that an Admin gave them by hand, above which groups cannot raise them; null: none. */
    roleByAdmin: text().$type<Role>(),
    /** When they hid the first steps on the Overview; null: they did not. */
    setupHiddenAt: instant(),
  },
  (table) => [
    primaryKey({ columns: [table.workspaceId, table.userId] }),
    // For the memberships that must be settled.
    index("memberships_ending").on(sql`coalesce(restorable_until, ends_at)`).where(sql`ends_at is not null`),
    // For the switcher: the latest visit first.
    index("memberships_of_person").on(
      table.userId,
      table.lastActiveAt.desc().nullsLast(),
      table.joinedAt.desc().nullsFirst(),
    ),
    index("memberships_in_order").on(table.workspaceId, table.joinedAt, table.userId),
    index("memberships_by_provider").on(table.byProvider).where(sql`by_provider is not null`),
    check("memberships_by_one", sql`${table.byProvider} is null or ${table.byEnvironment} is null`),
    check("memberships_restorable", sql`${table.restorableUntil} is null or ${table.endsAt} is not null`),
    check("memberships_monthly_limit", sql`${table.monthlyLimit} >= 0`),
    check("memberships_role_by_admin", sql`${table.roleByAdmin} in ('admin', 'developer', 'billing', 'viewer')`),
    check("memberships_role", sql`${table.role} in ('admin', 'developer', 'billing', 'viewer')`),
  ],
);

/** The condition for a membership that has not ended, by the database's clock. Every query of members uses it. */
export const isLiveMembership = sql`coalesce(${memberships.endsAt} > now(), true)`;

/** An invitation of one e-mail address. `tokenHash` is the SHA-256 of a token that only the invited person has. */
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
    /** The end of the resulting membership; null: no end. */
    endsAt: instant(),
    settledAt: instant(),
    /** When the invited person was reminded that it expires. */
    remindedAt: instant(),
    /** When the invited person reported it. The workspace cannot invite that address again. */
    reportedAt: instant(),
  },
  (table) => [
    primaryKey({ columns: [table.workspaceId, table.id] }),
    uniqueIndex("invitations_one_pending").on(table.workspaceId, table.email).where(sql`status = 'pending'`),
    index("invitations_for_address").on(table.email).where(sql`status = 'pending'`),
    index("invitations_to_remind_of").on(table.expiresAt).where(sql`status = 'pending' and reminded_at is null`),
    index("invitations_reported").on(table.workspaceId, table.email).where(sql`reported_at is not null`),
    check("invitations_role", sql`${table.role} in ('admin', 'developer', 'billing', 'viewer')`),
    check("invitations_status", sql`${table.status} in ('pending', 'accepted', 'declined', 'revoked')`),
    check("invitations_reported_is_declined", sql`${table.reportedAt} is null or ${table.status} = 'declined'`),
    check(
      "invitations_email_canonical",
      sql`${table.email} = lower(${table.email}) and char_length(${table.email}) <= 254`,
    ),
  ],
);
