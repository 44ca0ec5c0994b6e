import { sql } from "drizzle-orm";
import { boolean, check, index, pgTable, text, uniqueIndex, uuid } from "drizzle-orm/pg-core";
import type { ClientAuthentication } from "@/server/platform/settings/providers";
import { bytea, instant } from "./columns";
import { users } from "./people";

/** The sign-in providers that operators added, beside those of the environment. All speak OpenID Connect. */
export const signInProviders = pgTable(
  "sign_in_providers",
  {
    /** In its redirect URI, and as `accounts.provider` in the accounts that are linked by it. */
    id: uuid().primaryKey(),
    name: text().notNull(),
    /** Never changed: a subject is only known together with its issuer. */
    issuer: text().notNull(),
    clientId: text().notNull(),
    /** Encrypted with a key that is derived of AUTH_SECRET, together with the provider and the issuer that it is for. */
    secretSealed: bytea().notNull(),
    scope: text().notNull(),
    trustEmail: boolean().notNull(),
    emailClaim: text().notNull(),
    /** Null: the way that the discovery document offers. */
    clientAuthentication: text().$type<ClientAuthentication>(),
    /** The claim that names a person's groups; null: groups make no members. */
    groupsClaim: text(),
    /** Whether an answer without that claim says that the person is in no group; else it changes nothing. */
    isMissingNone: boolean().notNull().default(false),
    /** Whether it signs people in. A provider that does not can still be tested. */
    isEnabled: boolean().notNull().default(false),
    changedAt: instant().notNull().defaultNow(),
    createdAt: instant().notNull().defaultNow(),
  },
  (table) => [
    uniqueIndex("sign_in_providers_name").on(sql`lower(${table.name})`),
    check("sign_in_providers_name_length", sql`char_length(${table.name}) between 1 and 40`),
    check("sign_in_providers_issuer", sql`length(${table.issuer}) <= 2000 and ${table.issuer} ~ '^https?://'`),
    check("sign_in_providers_client", sql`length(${table.clientId}) between 1 and 400`),
    check("sign_in_providers_scope", sql`length(${table.scope}) between 6 and 1000`),
    check("sign_in_providers_email_claim", sql`${table.emailClaim} ~ '^[!-~]{1,80}$'`),
    check("sign_in_providers_groups_claim", sql`${table.groupsClaim} ~ '^[!-~]{1,80}$'`),
    check(
      "sign_in_providers_authentication",
      sql`${table.clientAuthentication} in ('client_secret_basic', 'client_secret_post', 'client_secret_jwt')`,
    ),
  ],
);

/** What an operator's last test of a provider showed, encrypted; kept for a quarter of an hour. */
export const signInTests = pgTable(
  "sign_in_tests",
  {
    userId: uuid()
      .primaryKey()
      .references(() => users.id, { onDelete: "cascade" }),
    provider: text().notNull(),
    resultSealed: bytea().notNull(),
    createdAt: instant().notNull().defaultNow(),
  },
  (table) => [index("sign_in_tests_in_order").on(table.createdAt)],
);

/** The mail domains whose people sign in with one provider and in no other way. The break-glass operator is exempt. */
export const signInRules = pgTable(
  "sign_in_rules",
  {
    domain: text().primaryKey(),
    /** As in `accounts.provider`: one of the environment, or a row of `sign_in_providers`. */
    provider: text().notNull(),
    createdAt: instant().notNull().defaultNow(),
  },
  (table) => [
    index("sign_in_rules_by_provider").on(table.provider),
    check(
      "sign_in_rules_canonical",
      sql`${table.domain} = lower(${table.domain}) and char_length(${table.domain}) between 3 and 253`,
    ),
  ],
);
