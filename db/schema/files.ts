import { sql } from "drizzle-orm";
import { bigint, check, foreignKey, index, integer, pgTable, primaryKey, text, uuid } from "drizzle-orm/pg-core";
import { bytea, instant } from "./columns";
import { apiKeys } from "./keys";
import { users } from "./people";
import { workspaceId } from "./workspaces";

/** What a file is for, in the words of the `/v1` API. `batch_output` is what Atelier writes; the others are uploaded. */
export type FilePurpose = "fine-tune" | "batch" | "ocr" | "batch_output";

/** What the lines of a file are; null in the database for what is no JSONL. */
export type SampleType = "instruct" | "pretrain" | "batch_request" | "batch_result" | "batch_error";

/** Who may see a file: all members of the workspace, or its uploader alone. */
export type FileVisibility = "workspace" | "user";

/**
 * An uploaded file. Its bytes are in the store (`server/files/storage`) under `<workspace id>/<id>`, written whole before
 * the row is: a row never lacks its bytes until it is deleted. Deleting sets `deletedAt` and keeps the row, so that what was
 * trained on it can still say so; the bytes go after that, and `erasedAt` says that they are gone.
 */
export const files = pgTable(
  "files",
  {
    workspaceId: workspaceId(),
    id: uuid().notNull().unique().defaultRandom(),
    /** As it was uploaded, without any path; shown, never used as a name on disk. */
    filename: text().notNull(),
    bytes: bigint({ mode: "number" }).notNull(),
    sha256: bytea().notNull(),
    purpose: text().$type<FilePurpose>().notNull(),
    sampleType: text().$type<SampleType>(),
    lines: integer(),
    visibility: text().$type<FileVisibility>().notNull().default("workspace"),
    uploadedBy: uuid().references(() => users.id),
    /** The key it was uploaded with; null: in the browser. */
    keyId: text(),
    createdAt: instant().notNull().defaultNow(),
    /** After this it is deleted by a job; null: never. */
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

/** How many bytes the files of a workspace take that are not deleted: triggers keep it. Without a row: none. */
export const fileTotals = pgTable(
  "file_totals",
  {
    workspaceId: workspaceId().primaryKey(),
    bytes: bigint({ mode: "number" }).notNull(),
  },
  (table) => [check("file_totals_bytes", sql`${table.bytes} >= 0`)],
);

/**
 * A file that is being uploaded: noted before the first byte is written, and gone in the transaction that makes its row in
 * `files`. What an upload left that did not come so far is found by it and taken out of the store; nothing else ever is.
 */
export const fileUploads = pgTable(
  "file_uploads",
  {
    workspaceId: workspaceId(),
    /** The id the file is to have. */
    id: uuid().notNull(),
    begunAt: instant().notNull().default(sql`clock_timestamp()`),
    /** It has failed, or has been under way for too long: it can no longer become a file. */
    abandonedAt: instant(),
  },
  (table) => [
    primaryKey({ columns: [table.workspaceId, table.id] }),
    index("file_uploads_oldest_first").on(table.begunAt),
  ],
);
