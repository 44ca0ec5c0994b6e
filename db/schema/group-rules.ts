import { sql } from "drizzle-orm";
import { check, index, pgTable, primaryKey, text, uniqueIndex, uuid } from "drizzle-orm/pg-core";
import type { Role } from "@/server/access/permissions";
import { instant } from "./columns";
import { users } from "./people";
import { signInProviders } from "./sign-in";
import { workspaceId } from "./workspaces";

/**
 * Which group of a sign-in provider makes its people members of a workspace, with which role. An operator proposes it; it does nothing
 * before an Admin of the workspace has accepted it. It is never changed: another role is another rule.
 */
export const groupRules = pgTable(
  "group_rules",
  {
    workspaceId: workspaceId(),
    id: uuid().notNull().unique().defaultRandom(),
    providerId: uuid()
      .notNull()
      .references(() => signInProviders.id, { onDelete: "cascade" }),
    /** As the provider's claim has it, compared exactly. */
    groupName: text().notNull(),
    role: text().$type<Role>().notNull(),
    createdBy: uuid()
      .notNull()
      .references(() => users.id),
    createdAt: instant().notNull().defaultNow(),
    acceptedBy: uuid().references(() => users.id),
    acceptedAt: instant(),
    /** What it was accepted for: the provider's groups claim and client. With others the groups may mean something else, and it waits anew. */
    acceptedClaim: text(),
    acceptedClient: text(),
  },
  (table) => [
    primaryKey({ columns: [table.workspaceId, table.id] }),
    uniqueIndex("group_rules_once").on(table.providerId, table.groupName, table.workspaceId),
    index("group_rules_of_provider").on(table.providerId, table.createdAt),
    check("group_rules_role", sql`${table.role} in ('admin', 'developer', 'billing', 'viewer')`),
    check("group_rules_group", sql`char_length(${table.groupName}) between 1 and 400`),
    check("group_rules_accepted", sql`(${table.acceptedAt} is null) = (${table.acceptedBy} is null)`),
  ],
);

/** Whether an Admin has accepted a rule for what the provider is set to now. Wherever it is asked, the rule's provider is joined. */
export const isInForce = sql<boolean>`(${groupRules.acceptedAt} is not null
  and ${groupRules.acceptedClaim} = ${signInProviders.groupsClaim} and ${groupRules.acceptedClient} = ${signInProviders.clientId})`;

/** Since when a rule is in force; null: it waits for an Admin. */
export const inForceSince = sql<Date | null>`case when ${isInForce} then ${groupRules.acceptedAt} end`.mapWith(
  groupRules.acceptedAt,
);
