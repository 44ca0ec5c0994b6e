import { sql } from "drizzle-orm";
import { bigint, boolean, check, index, integer, jsonb, pgTable, text, uuid } from "drizzle-orm/pg-core";
import type { Role } from "@/server/access/permissions";
import { bytea, instant } from "./columns";
import { areCeilings, newCeilings } from "./new-ceilings";
import { users } from "./people";

/**
 * The operators of this instance. Being an operator makes a person a member of no workspace. Once there was an
 * operator, there is always one: a transaction that removes one holds the lock of `lockOperators`.
 */
export const operators = pgTable(
  "operators",
  {
    userId: uuid()
      .primaryKey()
      .references(() => users.id),
    /**
     * `first`: the first person who signed in; `environment`: named in OPERATORS; `operator`: added by another
     * operator.
     */
    source: text().$type<"first" | "environment" | "operator">().notNull(),
    addedBy: uuid().references(() => users.id),
    createdAt: instant().notNull().defaultNow(),
  },
  (table) => [
    index("operators_in_order").on(table.createdAt, table.userId),
    check("operators_source", sql`${table.source} in ('first', 'environment', 'operator')`),
    check("operators_added_by", sql`(${table.source} = 'operator') = (${table.addedBy} is not null)`),
  ],
);

/** The operators' settings for the whole instance: one row, inserted by a migration. */
export const instanceSettings = pgTable(
  "instance_settings",
  {
    id: boolean().primaryKey().default(true),
    /**
     * Who may create an account: every address, only those with a pending invitation, or these and addresses at
     * `signUpDomains`.
     */
    signUp: text().$type<"all" | "invited" | "domains">().notNull().default("all"),
    signUpDomains: text().array().notNull().default(sql`'{}'`),
    /** Who may create a workspace for an organization. */
    workspaceCreators: text().$type<"all" | "domains" | "operators">().notNull().default("all"),
    creatorDomains: text().array().notNull().default(sql`'{}'`),
    /** How many live workspaces a person may have created; null: no limit. It does not apply to operators. */
    workspacesPerPerson: integer(),
    /** Whether a person may have a personal workspace. */
    arePersonalAllowed: boolean().notNull().default(true),
    /**
     * The ceilings of new workspaces and of new personal ones, in micro-units per calendar month in UTC; null: none.
     */
    newCeiling: bigint({ mode: "number" }),
    personalCeiling: bigint({ mode: "number" }),
    ...newCeilings(),
    /** The initial limits of a new workspace, which its Admins can change. Null: not set. */
    newRequestsPerMinute: integer(),
    newTokensPerMinute: integer(),
    newMaximumKeyDays: integer(),
    newKeyCreators: text().$type<"developers" | "admins">().notNull().default("developers"),
    newSeats: integer(),
    newDefaultRole: text().$type<Exclude<Role, "admin">>().notNull().default("developer"),
    newExpiredMemberKeyAction: text().$type<"keep" | "revoke">().notNull().default("revoke"),
    newResponseDays: integer(),
    /** The models and servers that a new workspace may use; only operators change them later. Null: all. */
    newModels: text().array(),
    newProviders: text().array(),
    /** The initial limits of a new personal workspace. Null: not set. */
    personalRequestsPerMinute: integer(),
    personalTokensPerMinute: integer(),
    personalMaximumKeyDays: integer(),
    personalResponseDays: integer(),
    personalModels: text().array(),
    personalProviders: text().array(),
    /** The changed limits against abuse, by name: the number of actions at once, and within the limit's time. */
    abuseCaps: jsonb().$type<Record<string, number>>().notNull().default({}),
    /** The instance's name, wherever it is shown. */
    productName: text().notNull().default("Atelier"),
    /** A random number for each logo, so that each has its own address; null: there is no logo. */
    logoVersion: integer(),
    /** The e-mail address for support; null: there is none. */
    supportEmail: text(),
    /** The banner above every page; null: none. */
    bannerTone: text().$type<"info" | "warning">().notNull().default("info"),
    bannerText: text(),
    /** The link that is shown at sign-up. */
    termsUrl: text(),
    /** Whether a workspace's Admins may add its own model providers, and at which addresses that are not public. */
    areOwnProvidersAllowed: boolean().notNull().default(false),
    ownProviderRanges: text().array().notNull().default(sql`'{}'`),
    /** The operator who may sign in by every method, even if a provider is required for their domain. */
    breakGlass: uuid().references(() => users.id),
    /** After how many minutes without use a session ends, and after how many minutes in any case. */
    sessionIdleMinutes: integer()
      .notNull()
      .default(7 * 24 * 60),
    sessionLifeMinutes: integer()
      .notNull()
      .default(30 * 24 * 60),
    /** Whether sign-in links by mail are allowed. */
    isMailLinkOn: boolean().notNull().default(true),
    /**
     * Whose sessions give access only after a passkey was used or added in them. The break-glass operator is exempt.
     */
    passkeysRequiredOf: text().$type<"none" | "operators" | "admins" | "all">().notNull().default("none"),
  },
  (table) => [
    check("instance_settings_one", sql`${table.id}`),
    check("instance_settings_sign_up", sql`${table.signUp} in ('all', 'invited', 'domains')`),
    check("instance_settings_creators", sql`${table.workspaceCreators} in ('all', 'domains', 'operators')`),
    check("instance_settings_key_creators", sql`${table.newKeyCreators} in ('developers', 'admins')`),
    check("instance_settings_workspaces", sql`${table.workspacesPerPerson} between 0 and 10000`),
    check("instance_settings_name", sql`char_length(${table.productName}) between 1 and 40`),
    check("instance_settings_support", sql`char_length(${table.supportEmail}) <= 254`),
    check("instance_settings_banner_tone", sql`${table.bannerTone} in ('info', 'warning')`),
    check("instance_settings_banner", sql`char_length(${table.bannerText}) between 1 and 300`),
    check("instance_settings_terms", sql`char_length(${table.termsUrl}) <= 2000 and ${table.termsUrl} ~ '^https?://'`),
    check(
      "instance_settings_sessions",
      sql`${table.sessionIdleMinutes} between 15 and ${table.sessionLifeMinutes} and ${table.sessionLifeMinutes} between 60 and 43200`,
    ),
    check("instance_settings_passkeys", sql`${table.passkeysRequiredOf} in ('none', 'operators', 'admins', 'all')`),
    check("instance_settings_key_days", sql`${table.newMaximumKeyDays} between 1 and 3650`),
    check("instance_settings_personal_key_days", sql`${table.personalMaximumKeyDays} between 1 and 3650`),
    check("instance_settings_seats", sql`${table.newSeats} between 1 and 100000`),
    check("instance_settings_default_role", sql`${table.newDefaultRole} in ('developer', 'billing', 'viewer')`),
    check("instance_settings_member_keys", sql`${table.newExpiredMemberKeyAction} in ('keep', 'revoke')`),
    check("instance_settings_response_days", sql`${table.newResponseDays} between 1 and 30`),
    check("instance_settings_personal_response_days", sql`${table.personalResponseDays} between 1 and 30`),
    check(
      "instance_settings_allowed",
      sql`cardinality(${table.newModels}) between 1 and 100 and cardinality(${table.newProviders}) between 1 and 100
      and cardinality(${table.personalModels}) between 1 and 100 and cardinality(${table.personalProviders}) between 1 and 100`,
    ),
    check("instance_settings_ceilings", areCeilings),
    check(
      "instance_settings_limits",
      sql`${table.newCeiling} >= 0 and ${table.personalCeiling} >= 0
      and ${table.newRequestsPerMinute} > 0 and ${table.newTokensPerMinute} > 0`,
    ),
    check(
      "instance_settings_personal_limits",
      sql`${table.personalRequestsPerMinute} > 0 and ${table.personalTokensPerMinute} > 0`,
    ),
  ],
);

/** The instance's logo: a square of 128 pixels as WebP, made by the server from the uploaded one. */
export const instanceLogo = pgTable(
  "instance_logo",
  {
    id: boolean().primaryKey().default(true),
    webp: bytea().notNull(),
  },
  (table) => [
    check("instance_logo_one", sql`${table.id}`),
    check("instance_logo_size", sql`octet_length(${table.webp}) between 1 and 262144`),
  ],
);
