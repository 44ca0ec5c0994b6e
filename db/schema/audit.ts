import { sql } from "drizzle-orm";
import {
  bigint,
  check,
  foreignKey,
  index,
  inet,
  jsonb,
  pgTable,
  primaryKey,
  text,
  unique,
  uuid,
} from "drizzle-orm/pg-core";
import { bytea, instant } from "./columns";
import { users } from "./people";
import { workspaces } from "./workspaces";

/**
 * Returns the column with the workspace of an audit row, for the reference; null: the row is in the instance's own log
 * (`instanceLog` of db/client.ts).
 */
const workspaceOfLog = () =>
  uuid()
    .generatedAlwaysAs(sql`nullif(workspace_id, '00000000-0000-0000-0000-000000000000')`)
    .references(() => workspaces.id, { onDelete: "restrict" });

/**
 * The audit log of workspaces and of the instance: one row per change, in the transaction of the change. Insert and
 * select only: the application's role has no other privilege, and a trigger refuses everything else. Never contains a
 * secret.
 */
export const auditEvents = pgTable(
  "audit_events",
  {
    workspaceId: uuid().notNull(),
    ofWorkspace: workspaceOfLog(),
    id: uuid().notNull().defaultRandom(),
    /** The time of the row, not of its transaction's beginning, so that two rows of one transaction are in order. */
    at: instant().notNull().default(sql`clock_timestamp()`),
    /** The person who did it. Only the id is stored, so deleting their account changes no row; null: Atelier itself. */
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
    // One index per filter of the list, in the list's order, so that a page reads only its own rows.
    index("audit_events_by_actor").on(table.workspaceId, table.actorId, table.at, table.id),
    index("audit_events_by_actor_and_action").on(table.workspaceId, table.actorId, table.action, table.at, table.id),
    index("audit_events_by_action").on(table.workspaceId, table.action, table.at, table.id),
    index("audit_events_by_type").on(table.workspaceId, table.targetType, table.action, table.at, table.id),
    index("audit_events_of_target").on(table.workspaceId, sql`${table.targetId} collate "C"`, table.at, table.id),
  ],
);

/**
 * The hash chain over `audit_events`: a row for each event, in the order in which they were sealed. `hash` is the
 * SHA-256 of the hash before it and of the event in its canonical form, so that changing, removing or moving an earlier
 * event is noticed. Insert and select only.
 */
export const auditSeals = pgTable(
  "audit_seals",
  {
    workspaceId: uuid().notNull(),
    /** 1, 2, 3 … in each workspace, without a gap. */
    sequence: bigint({ mode: "number" }).notNull(),
    eventId: uuid().notNull(),
    hash: bytea().notNull(),
    at: instant().notNull().default(sql`clock_timestamp()`),
  },
  (table) => [
    primaryKey({ columns: [table.workspaceId, table.sequence] }),
    unique("audit_seals_one_of_event").on(table.workspaceId, table.eventId),
    foreignKey({
      name: "audit_seals_event",
      columns: [table.workspaceId, table.eventId],
      foreignColumns: [auditEvents.workspaceId, auditEvents.id],
    }),
    check("audit_seals_form", sql`${table.sequence} > 0 and octet_length(${table.hash}) = 32`),
  ],
);

/** The events that are not sealed yet. A trigger on `audit_events` inserts each of them; sealing deletes them. */
export const auditUnsealed = pgTable(
  "audit_unsealed",
  {
    workspaceId: uuid().notNull(),
    at: instant().notNull(),
    eventId: uuid().notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.workspaceId, table.at, table.eventId] }),
    foreignKey({
      name: "audit_unsealed_event",
      columns: [table.workspaceId, table.eventId],
      foreignColumns: [auditEvents.workspaceId, auditEvents.id],
    }),
  ],
);

/** The changes of people to their own accounts, outside of workspaces. Insert and select only. */
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
