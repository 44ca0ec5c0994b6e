import { sql } from "drizzle-orm";
import { bigint, check, foreignKey, index, integer, pgTable, primaryKey, text, uuid } from "drizzle-orm/pg-core";
import { bytea, instant } from "./columns";
import { apiKeys } from "./keys";
import { users } from "./people";
import { workspaceId } from "./workspaces";

/** The purpose of a file, in the words of the `/v1` API. Atelier writes `batch_output`; the others are uploaded. */
export type FilePurpose = "fine-tune" | "batch" | "ocr" | "batch_output";

/** The kind of a file's lines; null in the database: it is not JSONL. */
export type SampleType = "instruct" | "pretrain" | "batch_request" | "batch_result" | "batch_error";

/** Who may see a file: all members of the workspace, or its uploader alone. */
export type FileVisibility = "workspace" | "user";

/**
 * An uploaded file. Its bytes are in the store (`server/files/storage`) under `<workspace id>/<id>`. They are
 * completely written before the row, so the bytes of a row exist until it is deleted. Deleting sets `deletedAt` and
 * keeps the row, so that trainings on the file can still name it; then the bytes are deleted, and `erasedAt` notes
 * that.
 */
export const files = pgTable(
  "files",
  {
    workspaceId: workspaceId(),
    id: uuid().notNull().unique().defaultRandom(),
    /** Its name as uploaded, without a path. It is shown, but never used as a name on the disk. */
    filename: text().notNull(),
    bytes: bigint({ mode: "number" }).notNull(),
    sha256: bytea().notNull(),
    purpose: text().$type<FilePurpose>().notNull(),
    sampleType: text().$type<SampleType>(),
    lines: integer(),
    visibility: text().$type<FileVisibility>().notNull().default("workspace"),
    uploadedBy: uuid().references(() => users.id),
    /** The key with which it was uploaded; null: it was uploaded in the browser. */
    keyId: text(),
    createdAt: instant().notNull().defaultNow(),
    /** When a job deletes it; null: never. */
    expiresAt: instant(),
    deletedAt: instant(),
    erasedAt: instant(),
  },
  (table) => [
    primaryKey({ columns: [table.workspaceId, table.id] }),
    foreignKey({ columns: [table.workspaceId, table.keyId], foreignColumns: [apiKeys.workspaceId, apiKeys.id] }),
    index("files_newest_first").on(table.workspaceId, table.createdAt, table.id),
    index("files_to_erase").on(table.deletedAt).where(sql`erased_at is null`),
    index("files_expiring").on(table.expiresAt).where(sql`deleted_at is null`),
    check("files_filename_length", sql`char_length(${table.filename}) between 1 and 255`),
    check("files_bytes", sql`${table.bytes} >= 0`),
    check("files_purpose", sql`${table.purpose} in ('fine-tune', 'batch', 'ocr', 'batch_output')`),
    check("files_visibility", sql`${table.visibility} in ('workspace', 'user')`),
    check("files_erased_after_deleted", sql`${table.erasedAt} is null or ${table.deletedAt} is not null`),
  ],
);

/** The total bytes of a workspace's files that are not deleted, kept by triggers. No row: 0. */
export const fileTotals = pgTable(
  "file_totals",
  {
    workspaceId: workspaceId().primaryKey(),
    bytes: bigint({ mode: "number" }).notNull(),
  },
  (table) => [check("file_totals_bytes", sql`${table.bytes} >= 0`)],
);

/**
 * A file that is being uploaded. The row is inserted before the first byte is written, and deleted in the transaction
 * that inserts the row in `files`. By these rows a job finds the remains of incomplete uploads and deletes them from
 * the store; it deletes nothing else.
 */
export const fileUploads = pgTable(
  "file_uploads",
  {
    workspaceId: workspaceId(),
    /** The id of the future file. */
    id: uuid().notNull(),
    begunAt: instant().notNull().default(sql`clock_timestamp()`),
    /** When it failed or took too long: it can no longer become a file. */
    abandonedAt: instant(),
  },
  (table) => [
    primaryKey({ columns: [table.workspaceId, table.id] }),
    index("file_uploads_oldest_first").on(table.begunAt),
  ],
);
