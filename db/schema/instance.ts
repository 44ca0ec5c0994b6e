import { sql } from "drizzle-orm";
import { bigint, boolean, check, index, integer, jsonb, pgTable, text, uuid } from "drizzle-orm/pg-core";
import type { Role } from "@/server/access/permissions";
import { bytea, instant } from "./columns";
import { areCeilings, newCeilings } from "./new-ceilings";
import { users } from "./people";

/**
 * The people who run this instance. An operator is a member of no workspace by that. There is always one once there was
 * one: a transaction that removes an operator holds the lock of `lockOperators`.
 */
export const operators = pgTable(
  "operators",
  {
    userId: uuid()
      .primaryKey()
      .references(() => users.id),
    /** `first`: signed in to the fresh instance first; `environment`: named by OPERATORS; `operator`: added by one. */
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

/** What the operators have set for the whole instance: one row, which a migration made. */
export const instanceSettings = pgTable(
  "instance_settings",
  {
    id: boolean().primaryKey().default(true),
    /** Who may make an account: every address, those with a pending invitation, or those too that are at `signUpDomains`. */
    signUp: text().$type<"all" | "invited" | "domains">().notNull().default("all"),
    signUpDomains: text().array().notNull().default(sql`'{}'`),
    /** Who may make a workspace for an organization. */
    workspaceCreators: text().$type<"all" | "domains" | "operators">().notNull().default("all"),
    creatorDomains: text().array().notNull().default(sql`'{}'`),
    /** How many live workspaces one person may have made; null: any number. An operator may make any number. */
    workspacesPerPerson: integer(),
    /** Whether a person may have a personal workspace. */
    arePersonalAllowed: boolean().notNull().default(true),
    /** The ceiling of a new workspace, and of a new personal one: micro-units a calendar month in UTC; null: none. */
    newCeiling: bigint({ mode: "number" }),
    personalCeiling: bigint({ mode: "number" }),
    ...newCeilings(),
    /** What a new workspace starts with; its Admins change it. Null: nothing is set. */
    newRequestsPerMinute: integer(),
    newTokensPerMinute: integer(),
    newMaximumKeyDays: integer(),
    newKeyCreators: text().$type<"developers" | "admins">().notNull().default("developers"),
    newSeats: integer(),
    newDefaultRole: text().$type<Exclude<Role, "admin">>().notNull().default("developer"),
    newExpiredMemberKeyAction: text().$type<"keep" | "revoke">().notNull().default("revoke"),
    newResponseDays: integer(),
    /** Which models and servers a new workspace may use; operators change it. Null: all. */
    newModels: text().array(),
    newProviders: text().array(),
    /** What a new personal workspace starts with. Null: nothing is set. */
    personalRequestsPerMinute: integer(),
    personalTokensPerMinute: integer(),
    personalMaximumKeyDays: integer(),
    personalResponseDays: integer(),
    personalModels: text().array(),
    personalProviders: text().array(),
    /** The limits against abuse that are not at their default, by name: how many at once, and in the limit's time. */
    abuseCaps: jsonb().$type<Record<string, number>>().notNull().default({}),
    /** What the instance is called wherever its name is shown. */
    productName: text().notNull().default("Atelier"),
    /** Drawn anew for each logo, so that each has an address of its own; null: there is none. */
    logoVersion: integer(),
    /** Whom people write to; null: there is no address. */
    supportEmail: text(),
    /** Shown above every page; null: nothing is. */
    bannerTone: text().$type<"info" | "warning">().notNull().default("info"),
    bannerText: text(),
    /** Shown where people sign up. */
    termsUrl: text(),
    /** Whether a workspace's Admins may add model providers of its own, and at which addresses that are not public. */
    areOwnProvidersAllowed: boolean().notNull().default(false),
    ownProviderRanges: text().array().notNull().default(sql`'{}'`),
    /** The operator who may sign in in every way, whatever provider is required of their domain. */
    breakGlass: uuid().references(() => users.id),
    /** After how many minutes without use a session ends, and after how many however much it is used. */
    sessionIdleMinutes: integer()
      .notNull()
      .default(7 * 24 * 60),
    sessionLifeMinutes: integer()
      .notNull()
      .default(30 * 24 * 60),
    /** Whether a mailed link signs in. */
    isMailLinkOn: boolean().notNull().default(true),
    /** Whose sessions open nothing before a passkey was used or added in them. The break-glass operator is exempt. */
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

/** The instance's logo: a square of 128 pixels as WebP, made here from what was uploaded. */
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
