import { sql } from "drizzle-orm";
import { boolean, check, index, pgTable, primaryKey, text, uniqueIndex, uuid } from "drizzle-orm/pg-core";
import type { Role } from "@/server/access/permissions";
import { instant } from "./columns";
import { users } from "./people";
import { signInProviders } from "./sign-in";
import { workspaceId } from "./workspaces";

/**
 * A rule that makes the people of a sign-in provider's group members of a workspace, with a role. An operator proposes
 * it; it has no effect until an Admin of the workspace accepts it. It is never changed: another role is another rule.
 */
export const groupRules = pgTable(
  "group_rules",
  {
    workspaceId: workspaceId(),
    id: uuid().notNull().unique().defaultRandom(),
    /** A provider that operators added; null: a provider in the environment. */
    providerId: uuid().references(() => signInProviders.id, { onDelete: "cascade" }),
    /** The id of a provider in the environment; null: one that operators added. */
    environment: text(),
    /** The group's name in the provider's claim, compared exactly. */
    groupName: text().notNull(),
    role: text().$type<Role>().notNull(),
    createdBy: uuid()
      .notNull()
      .references(() => users.id),
    createdAt: instant().notNull().defaultNow(),
    acceptedBy: uuid().references(() => users.id),
    acceptedAt: instant(),
    /**
     * The provider's groups claim and client when it was accepted. If they change, the groups may mean something else,
     * and the rule must be accepted again.
     */
    acceptedClaim: text(),
    acceptedClient: text(),
  },
  (table) => [
    primaryKey({ columns: [table.workspaceId, table.id] }),
    uniqueIndex("group_rules_once").on(table.providerId, table.groupName, table.workspaceId),
    uniqueIndex("group_rules_of_environment_once").on(table.environment, table.groupName, table.workspaceId),
    index("group_rules_of_provider").on(table.providerId, table.createdAt),
    check("group_rules_provider", sql`(${table.providerId} is null) <> (${table.environment} is null)`),
    check("group_rules_role", sql`${table.role} in ('admin', 'developer', 'billing', 'viewer')`),
    check("group_rules_group", sql`char_length(${table.groupName}) between 1 and 400`),
    check("group_rules_accepted", sql`(${table.acceptedAt} is null) = (${table.acceptedBy} is null)`),
  ],
);

/**
 * How the groups of a provider in the environment are read. Operators set this here; all its other settings are in the
 * environment.
 */
export const environmentGroups = pgTable(
  "environment_groups",
  {
    /** The provider's id, as in `accounts.provider`. */
    provider: text().primaryKey(),
    /** As in `sign_in_providers`. */
    groupsClaim: text(),
    isMissingNone: boolean().notNull().default(false),
    changedAt: instant().notNull().defaultNow(),
  },
  (table) => [
    check("environment_groups_provider", sql`${table.provider} ~ '^[a-z0-9][a-z0-9-]{0,39}$'`),
    check("environment_groups_claim", sql`${table.groupsClaim} ~ '^[!-~]{1,80}$'`),
  ],
);

/**
 * Returns SQL expressions about the provider of the current row of `group_rules`, which must be named so in the query.
 *
 * @param environment the providers in the environment: JSON of an object by id, each with `name`, `issuer` and
 * `clientId`
 */
export function providerOfRule(environment: string) {
  const added = (column: string) =>
    sql`(select ${sql.identifier(column)} from sign_in_providers p where p.id = group_rules.provider_id)`;
  const set = (member: string) => sql`${environment}::jsonb -> group_rules.environment ->> ${member}`;
  const claim = sql<string | null>`coalesce(${added("groups_claim")},
    (select groups_claim from environment_groups e where e.provider = group_rules.environment))`;
  const client = sql<string | null>`coalesce(${added("client_id")}, ${set("clientId")})`;
  /**
   * Whether an Admin has accepted it for the provider's present settings. A provider that is no longer in the
   * environment has no client.
   */
  const isInForce = sql<boolean>`(group_rules.accepted_at is not null
    and group_rules.accepted_claim = ${claim} and group_rules.accepted_client = ${client})`;
  return {
    ...{ claim, client, isInForce },
    name: sql<string>`coalesce(${added("name")}, ${set("name")}, group_rules.environment)`,
    /** Null: the provider is not in the environment any more. */
    issuer: sql<string | null>`coalesce(${added("issuer")}, ${set("issuer")})`,
    /** Since when it is in force; null: an Admin must accept it first. */
    inForceSince: sql<Date | null>`case when ${isInForce} then group_rules.accepted_at end`.mapWith(
      groupRules.acceptedAt,
    ),
  };
}
