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
