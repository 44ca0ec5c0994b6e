import { and, asc, count, desc, eq, gt, ilike, isNotNull, isNull, or, type SQL, sql } from "drizzle-orm";
import type { Db } from "@/db/client";
import { type FilePurpose, type FileVisibility, files, fileTotals, type SampleType } from "@/db/schema/files";
import { apiKeys } from "@/db/schema/keys";
import { users } from "@/db/schema/people";
import { workspaces } from "@/db/schema/workspaces";
import { type Page, type Place, toPage } from "@/server/api/cursors";
import { byId, byMoment, keyset } from "@/server/api/keyset";
import { escapeLike } from "@/server/api/like";

/**
 * The viewer: a person, directly or through their key; null: a service key, which sees the files shared with the
 * workspace.
 */
export type Viewer = { userId: string | null };

const columns = {
  id: files.id,
  filename: files.filename,
  bytes: files.bytes,
  sha256: files.sha256,
  purpose: files.purpose,
  sampleType: files.sampleType,
  lines: files.lines,
  visibility: files.visibility,
  uploadedBy: files.uploadedBy,
  keyId: files.keyId,
  createdAt: files.createdAt,
  expiresAt: files.expiresAt,
};

/** A stored file. `lines` is the number of its samples; null when its purpose needs no lines. */
export type StoredFile = {
  id: string;
  filename: string;
  bytes: number;
  sha256: Buffer;
  purpose: FilePurpose;
  sampleType: SampleType | null;
  lines: number | null;
  visibility: FileVisibility;
  uploadedBy: string | null;
  keyId: string | null;
  createdAt: Date;
  expiresAt: Date | null;
};

/** Inserts a file whose bytes are in the store. `hours` null: it never expires. */
export async function add(
  db: Db,
  workspaceId: string,
  values: Omit<StoredFile, "createdAt" | "expiresAt"> & { hours: number | null },
): Promise<StoredFile> {
  const { hours, ...kept } = values;
  const [row] = await db
    .insert(files)
    .values({
      workspaceId,
      ...kept,
      ...(hours === null ? {} : { expiresAt: sql`now() + make_interval(hours => ${hours}::int)` }),
    })
    .returning(columns);
  if (!row) throw new Error("a file was not inserted");
  return row;
}

/**
 * Returns how many more bytes the files of a workspace may take under the operators' ceiling; null: no ceiling. Expired
 * files count until they are deleted. The result is exact after the caller has added a file: the next transaction that
 * adds one waits for it.
 */
export async function roomLeft(db: Db, workspaceId: string): Promise<number | null> {
  const [row] = await db
    .select({ room: sql<string>`${workspaces.mostFileBytes} - coalesce(${fileTotals.bytes}, 0)` })
    .from(workspaces)
    .leftJoin(fileTotals, eq(fileTotals.workspaceId, workspaces.id))
    .where(and(eq(workspaces.id, workspaceId), isNotNull(workspaces.mostFileBytes)));
  return row?.room == null ? null : Number(row.room);
}

/** Returns a file that is neither deleted nor expired and that the viewer may see; otherwise undefined. */
export async function visibleFile(
  db: Db,
  workspaceId: string,
  viewer: Viewer,
  id: string,
): Promise<StoredFile | undefined> {
  const [row] = await db
    .select(columns)
    .from(files)
    .where(and(one(workspaceId, id), isThere, isFor(viewer)));
  return row;
}

/**
 * Returns a file like `visibleFile` and locks it against deletion until the transaction ends, so that the transaction
 * can record that a job needs it.
 */
export async function holdFile(
  db: Db,
  workspaceId: string,
  viewer: Viewer,
  id: string,
): Promise<StoredFile | undefined> {
  const [row] = await db
    .select(columns)
    .from(files)
    .where(and(one(workspaceId, id), isThere, isFor(viewer)))
    .for("key share");
  return row;
}

/** A file in the workspace's list. The uploader's name is null for an upload by a service key. */
export type ListedFile = StoredFile & { uploaderName: string | null; keyName: string | null };

const listed = { ...columns, uploaderName: users.name, keyName: apiKeys.name };
const pageSize = 50;

/** Returns a page of the files that a viewer may see, newest or oldest first. */
export async function list(
  db: Db,
  workspaceId: string,
  viewer: Viewer,
  query: Place & { search: string; order: "" | "asc" | "desc" },
): Promise<Page<ListedFile>> {
  const { isBeyond, order } = keyset([byMoment(files.createdAt), byId(files.id)], query.order || "desc", query);
  const rows = await db
    .select({ ...listed, at: sql<string>`${files.createdAt}::text` })
    .from(files)
    .leftJoin(users, eq(users.id, files.uploadedBy))
    .leftJoin(apiKeys, and(eq(apiKeys.workspaceId, workspaceId), eq(apiKeys.id, files.keyId)))
    .where(
      and(eq(files.workspaceId, workspaceId), isThere, isFor(viewer), matching({ search: query.search }), isBeyond),
    )
    .orderBy(...order)
    .limit(pageSize + 1);
  const page = toPage(rows, pageSize, query, (row) => [row.at, row.id]);
  return { ...page, rows: page.rows.map(({ at, ...row }) => row) };
}

/** Returns a file with the names of its uploader and key, or undefined. */
export async function details(
  db: Db,
  workspaceId: string,
  viewer: Viewer,
  id: string,
): Promise<ListedFile | undefined> {
  const [row] = await db
    .select(listed)
    .from(files)
    .leftJoin(users, eq(users.id, files.uploadedBy))
    .leftJoin(apiKeys, and(eq(apiKeys.workspaceId, workspaceId), eq(apiKeys.id, files.keyId)))
    .where(and(one(workspaceId, id), isThere, isFor(viewer)));
  return row;
}

/** A filter for files; a missing property matches all. */
export type Filter = { search?: string; purpose?: FilePurpose; sampleTypes?: SampleType[]; isJsonl?: boolean };

/** Returns how many files a viewer may see, counted up to `most` if it is given. */
export async function total(
  db: Db,
  workspaceId: string,
  viewer: Viewer,
  filter: Filter = {},
  most?: number,
): Promise<number> {
  const all = db
    .select({ one: sql`1` })
    .from(files)
    .where(and(eq(files.workspaceId, workspaceId), isThere, isFor(viewer), matching(filter)))
    .$dynamic();
  const [row] = await db.select({ n: count() }).from((most === undefined ? all : all.limit(most)).as("some"));
  return row?.n ?? 0;
}

/** A part of a list: a number of files after the first `offset`, or after a file of the list. */
export type Part = { limit: number; offset?: number; after?: string; order: "asc" | "desc" };

/**
 * Returns a part of the files that a viewer may see, for the API. Undefined when `after` is a file that the viewer
 * cannot see.
 */
export async function part(
  db: Db,
  workspaceId: string,
  viewer: Viewer,
  filter: Filter,
  { limit, offset = 0, after, order }: Part,
): Promise<StoredFile[] | undefined> {
  if (after && !(await visibleFile(db, workspaceId, viewer, after))) return undefined;
  const direction = order === "asc" ? asc : desc;
  // The position is read in SQL: a Date would lose the microseconds.
  const place = sql`(select f.created_at, f.id from files f where f.workspace_id = ${workspaceId} and f.id = ${after ?? null}::uuid)`;
  return db
    .select(columns)
    .from(files)
    .where(
      and(
        eq(files.workspaceId, workspaceId),
        isThere,
        isFor(viewer),
        matching(filter),
        after ? sql`(${files.createdAt}, ${files.id}) ${sql.raw(order === "asc" ? ">" : "<")} ${place}` : undefined,
      ),
    )
    .orderBy(direction(files.createdAt), direction(files.id))
    .limit(limit)
    .offset(offset);
}

const one = (workspaceId: string, id: string) => and(eq(files.workspaceId, workspaceId), eq(files.id, id));

const isThere = and(isNull(files.deletedAt), or(isNull(files.expiresAt), gt(files.expiresAt, sql`now()`)));

function isFor({ userId }: Viewer): SQL | undefined {
  const isShared = eq(files.visibility, "workspace");
  return userId ? or(isShared, eq(files.uploadedBy, userId)) : isShared;
}

function matching({ search, purpose, sampleTypes, isJsonl }: Filter): SQL | undefined {
  return and(
    search ? or(ilike(files.filename, `%${escapeLike(search)}%`), eq(sql`${files.id}::text`, search)) : undefined,
    purpose ? eq(files.purpose, purpose) : undefined,
    isJsonl === undefined ? undefined : sql`(${files.lines} is not null) = ${isJsonl}::boolean`,
    sampleTypes
      ? sql`${files.sampleType} in (select jsonb_array_elements_text(${JSON.stringify(sampleTypes)}::jsonb))`
      : undefined,
  );
}
