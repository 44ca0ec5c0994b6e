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

/** A training file in a model's lineage. */
export type LineageFile = {
  filename: string;
  sha256: string;
  uploadedBy: string | null;
  use: "training" | "validation";
};

/** The origin of a model, stored when it moves away from the workspace whose rows contain it. */
export type ModelLineage = {
  /** The workspace in which it was made, by its name at that time. */
  workspace: string;
  maker: string | null;
  key: string | null;
  jobId: string | null;
  createdAt: string;
  files: LineageFile[];
};

/**
 * A workspace's own model: fine-tuned by one of its jobs, or registered because it already runs at a model server. Base
 * models have no rows: the model servers list them. A deleted model keeps its row, so that usage keeps its name; so
 * does a model that moved to another workspace (`movedTo`), which has a new row with the same id there.
 */
export const models = pgTable(
  "models",
  {
    workspaceId: workspaceId(),
    /**
     * The id for programs: `ft:<base>:<suffix or 8 hex>:<yyyymmdd>:<8 hex>`; unique over all workspaces, except for
     * rows of moved models.
     */
    id: text().notNull(),
    origin: text().$type<"fine-tuned" | "registered">().notNull(),
    name: text().notNull(),
    description: text().notNull().default(""),
    /** Its base model; null: a registered model whose server does not state it. */
    base: text(),
    jobId: uuid(),
    /** The server on which it runs, and its name there. */
    modelServer: text().notNull(),
    upstream: text().notNull(),
    contextLength: integer(),
    visibility: text().$type<ModelVisibility>().notNull().default("workspace"),
    /** Its maker, and the key with which it was made, if any. */
    createdBy: uuid().references(() => users.id),
    keyId: text(),
    createdAt: instant().notNull().defaultNow(),
    archivedAt: instant(),
    /** Whether an Admin has archived it, or set who may use it. Then only an Admin can undo that. */
    archivedByAdmin: boolean().notNull().default(false),
    visibilityByAdmin: boolean().notNull().default(false),
    deletedAt: instant(),
    /** The workspace to which it moved; `deletedAt` is set too. */
    movedTo: uuid(),
    /** Its origin, stored when it moved here from another workspace. */
    lineage: jsonb().$type<ModelLineage>(),
    /** When a deleted model must be deleted at its model server; null: nothing is left to do. */
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
    // A model at a model server belongs to one workspace. A name that several servers list is one model on all of them.
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

/** A share: another workspace may use the model, but not change it, until `endsAt` (null: until it is ended). */
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
