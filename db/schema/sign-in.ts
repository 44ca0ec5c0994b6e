import { sql } from "drizzle-orm";
import { boolean, check, index, pgTable, primaryKey, text, uniqueIndex, uuid } from "drizzle-orm/pg-core";
import type { ClientAuthentication } from "@/server/platform/settings/providers";
import { bytea, instant } from "./columns";
import { users } from "./people";

/**
 * The sign-in providers that operators added, besides those in the environment. They use OpenID Connect or SAML 2.0.
 */
export const signInProviders = pgTable(
  "sign_in_providers",
  {
    /** Part of its redirect URI, and `accounts.provider` of the accounts that it links. */
    id: uuid().primaryKey(),
    name: text().notNull(),
    /** Never changed. */
    protocol: text().$type<"oidc" | "saml">().notNull().default("oidc"),
    /** With SAML its entity ID. Never changed, because a subject is unique only together with its issuer. */
    issuer: text().notNull(),
    /** With SAML our entity ID at the time when the provider was added: the audience of its assertions. */
    clientId: text().notNull(),
    /**
     * The client secret, encrypted with a key that is derived from AUTH_SECRET, together with the provider and the
     * issuer. Null with SAML.
     */
    secretSealed: bytea(),
    /** Null with SAML. */
    scope: text(),
    /** The sign-in address of a SAML provider; null with OpenID Connect. */
    signInUrl: text(),
    /**
     * The certificates of a SAML provider's signing keys, as PEM; two while it changes them. Null with OpenID Connect.
     */
    certificates: text().array(),
    trustEmail: boolean().notNull(),
    /**
     * The claim, or with SAML the attribute, with the e-mail address. With SAML, `email` stands for all usual names of
     * the attribute.
     */
    emailClaim: text().notNull(),
    /** The SAML attribute that identifies a person; null: the NameID. */
    subjectClaim: text(),
    /** Whether requests to a SAML provider are signed; false with OpenID Connect. */
    signsRequests: boolean().notNull().default(false),
    /**
     * The address for answers to a SAML provider's logout requests; null: they are not answered, or it uses OpenID
     * Connect.
     */
    signOutUrl: text(),
    /** Null: the method in the discovery document. */
    clientAuthentication: text().$type<ClientAuthentication>(),
    /** The claim with a person's groups; null: groups are not used. */
    groupsClaim: text(),
    /** Whether an answer without that claim means that the person is in no group; otherwise it changes nothing. */
    isMissingNone: boolean().notNull().default(false),
    /** Whether people can sign in with it. A disabled provider can still be tested. */
    isEnabled: boolean().notNull().default(false),
    changedAt: instant().notNull().defaultNow(),
    createdAt: instant().notNull().defaultNow(),
  },
  (table) => [
    uniqueIndex("sign_in_providers_name").on(sql`lower(${table.name})`),
    check("sign_in_providers_name_length", sql`char_length(${table.name}) between 1 and 40`),
    check("sign_in_providers_protocol", sql`${table.protocol} in ('oidc', 'saml')`),
    check(
      "sign_in_providers_issuer",
      sql`length(${table.issuer}) <= 2000 and (${table.protocol} = 'saml' or ${table.issuer} ~ '^https?://')`,
    ),
    check(
      "sign_in_providers_oidc",
      sql`(${table.protocol} = 'oidc') = (${table.secretSealed} is not null) and (${table.protocol} = 'oidc') = (${table.scope} is not null)`,
    ),
    check(
      "sign_in_providers_saml",
      sql`(${table.protocol} = 'saml') = (${table.signInUrl} is not null) and (${table.protocol} = 'saml') = (${table.certificates} is not null)
        and (${table.protocol} = 'saml' or ${table.subjectClaim} is null)`,
    ),
    check(
      "sign_in_providers_sign_in_url",
      sql`length(${table.signInUrl}) <= 2000 and ${table.signInUrl} ~ '^https?://'`,
    ),
    check(
      "sign_in_providers_sign_out_url",
      sql`${table.signOutUrl} is null
        or (length(${table.signOutUrl}) <= 2000 and ${table.signOutUrl} ~ '^https?://' and ${table.protocol} = 'saml')`,
    ),
    check("sign_in_providers_certificates", sql`cardinality(${table.certificates}) between 1 and 5`),
    check("sign_in_providers_subject_claim", sql`${table.subjectClaim} ~ '^[!-~]{1,80}$'`),
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

/**
 * The key pair of this instance for SAML providers: it signs requests and decrypts assertions. It is made when it is
 * first needed. While operators change it there are two, and both decrypt; there are never more.
 */
export const samlKeys = pgTable("saml_keys", {
  /** Distinguishes the two. */
  id: boolean().primaryKey().default(true),
  /** The certificate as PEM, which our metadata contains. */
  certificate: text().notNull(),
  /** The private key, encrypted with a key that is derived from AUTH_SECRET, together with its certificate. */
  keySealed: bytea().notNull(),
  /** Since when it signs. The one with the latest time signs; null: it has never signed. */
  signsSince: instant().defaultNow(),
  createdAt: instant().notNull().defaultNow(),
});

/**
 * The received SAML assertions. Each is accepted only once: its row stays until the assertion has expired. Its content
 * is encrypted, and deleted when the browser that began the sign-in has fetched it.
 */
export const samlAnswers = pgTable(
  "saml_answers",
  {
    /** As in `accounts.provider`: a provider in the environment has no row in `sign_in_providers`. */
    provider: text().notNull(),
    /** SHA-256 of the assertion's ID. */
    assertionHash: bytea().notNull(),
    /** SHA-256 of the state of the request. */
    stateHash: bytea().notNull(),
    /** Null: it was fetched. */
    answerSealed: bytea(),
    expiresAt: instant().notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.provider, table.assertionHash] }),
    index("saml_answers_by_state").on(table.provider, table.stateHash),
    index("saml_answers_in_order").on(table.expiresAt),
    check("saml_answers_hashes", sql`length(${table.assertionHash}) = 32 and length(${table.stateHash}) = 32`),
  ],
);

/**
 * The logout tokens and SAML logout requests of providers. Each is accepted only once; the row stays until it has
 * expired.
 */
export const logoutTokens = pgTable(
  "logout_tokens",
  {
    /** As in `accounts.provider`. */
    provider: text().notNull(),
    /** SHA-256 of the token's `jti`, or of the request's ID. */
    tokenHash: bytea().notNull(),
    expiresAt: instant().notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.provider, table.tokenHash] }),
    index("logout_tokens_in_order").on(table.expiresAt),
    check("logout_tokens_hash", sql`length(${table.tokenHash}) = 32`),
  ],
);

/** The result of an operator's last test of a provider, encrypted; kept for a quarter of an hour. */
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

/** The e-mail domains whose people may sign in with one provider only. The break-glass operator is exempt. */
export const signInRules = pgTable(
  "sign_in_rules",
  {
    domain: text().primaryKey(),
    /** As in `accounts.provider`: a provider in the environment, or a row of `sign_in_providers`. */
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
