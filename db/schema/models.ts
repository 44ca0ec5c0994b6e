import { sql } from "drizzle-orm";
import {
  boolean,
  check,
  foreignKey,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  uniqueIndex,
  uuid,
} from "drizzle-orm/pg-core";
import { instant } from "./columns";
import { fineTuningJobs } from "./fine-tuning";
import { apiKeys } from "./keys";
import { users } from "./people";
import { workspaceId, workspaces } from "./workspaces";

/** Who in its workspace may use a model: all members, its maker alone, or the members named in `model_members`. */
export type ModelVisibility = "workspace" | "private" | "members";

/** A file a model was trained on, as its lineage tells it. */
export type LineageFile = {
  filename: string;
  sha256: string;
  uploadedBy: string | null;
  use: "training" | "validation";
};

/** Where a model comes from, written down when it leaves the workspace whose rows say so. */
export type ModelLineage = {
  /** The workspace it was made in, by the name it had then. */
  workspace: string;
  maker: string | null;
  key: string | null;
  jobId: string | null;
  createdAt: string;
  files: LineageFile[];
};

/**
 * A workspace's own model: fine-tuned by one of its jobs, or registered because it runs at a model server already. Base
 * models are no rows: they are what the model servers list. A deleted model keeps its row, so that usage keeps its name; so
 * does one that moved to another workspace (`movedTo`), where a row of the same id has taken over.
 */
export const models = pgTable(
  "models",
  {
    workspaceId: workspaceId(),
    /** What programs call it: `ft:<base>:<suffix or 8 hex>:<yyyymmdd>:<8 hex>`; unique over all workspaces, but for rows that moved. */
    id: text().notNull(),
    origin: text().$type<"fine-tuned" | "registered">().notNull(),
    name: text().notNull(),
    description: text().notNull().default(""),
    /** The base model it was made from; null for a registered one whose server does not say. */
    base: text(),
    jobId: uuid(),
    /** Where it runs and what it is called there. */
    modelServer: text().notNull(),
    upstream: text().notNull(),
    contextLength: integer(),
    visibility: text().$type<ModelVisibility>().notNull().default("workspace"),
    /** Its maker; the key it was made with, if it was one. */
    createdBy: uuid().references(() => users.id),
    keyId: text(),
    createdAt: instant().notNull().defaultNow(),
    archivedAt: instant(),
    /** Whether an Admin has archived it, or said who may use it: then only an Admin takes that back. */
    archivedByAdmin: boolean().notNull().default(false),
    visibilityByAdmin: boolean().notNull().default(false),
    deletedAt: instant(),
    /** Where it went; `deletedAt` is set too. */
    movedTo: uuid(),
    /** What was known of where it comes from when it came here from another workspace. */
    lineage: jsonb().$type<ModelLineage>(),
    /** A deleted model is to be deleted at its model server as well, then or later; null: nothing is to be done. */
    eraseAfter: instant(),
  },
  (table) => [
    primaryKey({ columns: [table.workspaceId, table.id] }),
    uniqueIndex("models_one_id").on(table.id).where(sql`moved_to is null`),
    foreignKey({
      columns: [table.workspaceId, table.jobId],
      foreignColumns: [fineTuningJobs.workspaceId, fineTuningJobs.id],
    }),
    foreignKey({ columns: [table.workspaceId, table.keyId], foreignColumns: [apiKeys.workspaceId, apiKeys.id] }),
    index("models_newest_first").on(table.workspaceId, table.createdAt, table.id),
    index("models_by_name").on(table.workspaceId, sql`lower(${table.name}) collate "C"`, table.id),
    // What runs at a model server belongs to one workspace; a name that several list is one model on all of them.
    uniqueIndex("models_one_owner").on(table.modelServer, table.upstream).where(sql`deleted_at is null`),
    uniqueIndex("models_registered_once").on(table.upstream).where(sql`deleted_at is null and origin = 'registered'`),
    index("models_to_erase").on(table.eraseAfter).where(sql`erase_after is not null`),
    check("models_origin", sql`${table.origin} in ('fine-tuned', 'registered')`),
    check("models_visibility", sql`${table.visibility} in ('workspace', 'private', 'members')`),
    check("models_name_length", sql`char_length(${table.name}) between 1 and 60`),
    check("models_description_length", sql`char_length(${table.description}) <= 500`),
    check("models_moved_is_gone", sql`${table.movedTo} is null or ${table.deletedAt} is not null`),
    check("models_id_form", sql`${table.id} ~ '^[!-~]+$' and char_length(${table.id}) <= 256`),
  ],
);

/** A member who may use a model whose visibility is `members`. */
export const modelMembers = pgTable(
  "model_members",
  {
    workspaceId: workspaceId(),
    modelId: text().notNull(),
    userId: uuid()
      .notNull()
      .references(() => users.id),
  },
  (table) => [
    primaryKey({ columns: [table.workspaceId, table.modelId, table.userId] }),
    index("model_members_of_person").on(table.workspaceId, table.userId),
    foreignKey({
      columns: [table.workspaceId, table.modelId],
      foreignColumns: [models.workspaceId, models.id],
    }),
  ],
);

/** A model that another workspace may use, without changing anything about it, until `endsAt` (null: until it is ended). */
export const modelShares = pgTable(
  "model_shares",
  {
    workspaceId: workspaceId(),
    modelId: text().notNull(),
    /** The workspace that may use it. */
    toWorkspaceId: uuid()
      .notNull()
      .references(() => workspaces.id, { onDelete: "restrict" }),
    sharedBy: uuid()
      .notNull()
      .references(() => users.id),
    createdAt: instant().notNull().defaultNow(),
    endsAt: instant(),
  },
  (table) => [
    primaryKey({ columns: [table.workspaceId, table.modelId, table.toWorkspaceId] }),
    index("model_shares_to").on(table.toWorkspaceId),
    foreignKey({
      columns: [table.workspaceId, table.modelId],
      foreignColumns: [models.workspaceId, models.id],
    }),
    check("model_shares_to_another", sql`${table.workspaceId} <> ${table.toWorkspaceId}`),
  ],
);
