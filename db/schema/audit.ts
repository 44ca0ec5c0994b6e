import { index, inet, jsonb, pgTable, primaryKey, text, uuid } from "drizzle-orm/pg-core";
import { instant } from "./columns";
import { users } from "./people";
import { workspaces } from "./workspaces";

/**
 * What happened in a workspace: one row per change, in the transaction of the change. Insert and select only: the
 * application's role holds no other privilege and a trigger refuses the rest. Never holds a secret.
 */
export const auditEvents = pgTable(
  "audit_events",
  {
    workspaceId: uuid()
      .notNull()
      .references(() => workspaces.id, { onDelete: "restrict" }),
    id: uuid().notNull().defaultRandom(),
    at: instant().notNull().defaultNow(),
    actorId: uuid().references(() => users.id),
    action: text().notNull(),
    targetType: text().notNull(),
    targetId: text().notNull(),
    before: jsonb().$type<Record<string, unknown>>(),
    after: jsonb().$type<Record<string, unknown>>(),
    ip: inet(),
    userAgent: text(),
    requestId: text(),
  },
  (table) => [
    primaryKey({ columns: [table.workspaceId, table.id] }),
    index("audit_events_in_order").on(table.workspaceId, table.at, table.id),
    index("audit_events_of_target").on(table.workspaceId, table.targetType, table.targetId),
  ],
);

/** What a person did to their own account, outside any workspace. Insert and select only. */
export const accountEvents = pgTable(
  "account_events",
  {
    id: uuid().primaryKey().defaultRandom(),
    userId: uuid()
      .notNull()
      .references(() => users.id),
    action: text().notNull(),
    detail: jsonb().$type<Record<string, unknown>>(),
    ip: inet(),
    userAgent: text(),
    requestId: text(),
    at: instant().notNull().defaultNow(),
  },
  (table) => [index().on(table.userId, table.at)],
);
