import { and, desc, eq, gt, ilike, isNotNull, isNull, or, type SQL, type SQLWrapper, sql } from "drizzle-orm";
import type { Db } from "@/db/client";
import { modelShares, models } from "@/db/schema/models";
import { users } from "@/db/schema/people";
import { workspaces } from "@/db/schema/workspaces";
import { keyParts, type Page, type Place, toPage } from "@/server/api/cursors";
import { byMoment, keyset, type SortKey } from "@/server/api/keyset";
import { escapeLike } from "@/server/api/like";
import { type ModelSort, type modelKinds, mostCounted } from "../input";

/** The reader of a list. `seesAll`: also models that only others may use. */
export type Reader = { personId: string; seesAll: boolean };

type Filter = { search: string; kind: (typeof modelKinds)[number] | ""; state: "" | "archived" };

const pageSize = 50;

type Query = Filter & Place & { sort: ModelSort; order: "" | "asc" | "desc" };

/** The sort orders of the list, each with an index and the model's id as a tie-breaker. */
const sorts: Record<ModelSort, SortKey & { order: "asc" | "desc" }> = {
  newest: { ...byMoment(models.createdAt), order: "desc" },
  name: { by: sql`lower(${models.name}) collate "C"`, type: "text", part: keyParts.name, order: "asc" },
};
const byModelId: SortKey = { by: models.id, type: "text", part: /^[!-~]{1,256}$/ };

const listed = (workspaceId: string, { by }: SortKey) => ({
  id: models.id,
  name: models.name,
  origin: models.origin,
  base: models.base,
  modelServer: models.modelServer,
  upstream: models.upstream,
  contextLength: models.contextLength,
  visibility: models.visibility,
  createdAt: models.createdAt,
  isArchived: sql<boolean>`${models.archivedAt} is not null`,
  // Precise to the hour: the roll-ups can be searched by model.
  lastUsedAt: sql<Date | null>`(
    select max(h.hour) from usage_hourly h where h.workspace_id = ${workspaceId} and h.model = models.id
  )`.mapWith(models.createdAt),
  // As text, because a Date would lose the microseconds of the order.
  sortKey: sql<string>`(${by})::text`,
});

/**
 * Returns a page of the models that the workspace owns or that are shared with it, as far as the reader may see them.
 */
export async function list(db: Db, workspaceId: string, reader: Reader, query: Query) {
  const sort = sorts[query.sort];
  const { isBeyond, order, isAscending } = keyset([sort, byModelId], query.order || sort.order, query);
  const [own, shared] = await Promise.all([
    query.kind === "shared"
      ? []
      : db
          .select({
            ...listed(workspaceId, sort),
            makerId: models.createdBy,
            makerName: users.name,
            sharedBy: sql<string | null>`null`,
          })
          .from(models)
          .leftJoin(users, eq(users.id, models.createdBy))
          .where(and(ownOnes(workspaceId, reader, query), isBeyond))
          .orderBy(...order)
          .limit(pageSize + 1),
    hasShared(query)
      ? db
          .select({
            ...listed(workspaceId, sort),
            makerId: sql<string | null>`null`,
            makerName: sql<string | null>`null`,
            sharedBy: sql<string | null>`${workspaces.name}`,
          })
          .from(modelShares)
          .innerJoin(models, and(eq(models.workspaceId, modelShares.workspaceId), eq(models.id, modelShares.modelId)))
          .innerJoin(workspaces, and(eq(workspaces.id, modelShares.workspaceId), isNull(workspaces.deletedAt)))
          .where(and(sharedOnes(workspaceId, query), isBeyond))
          .orderBy(...order)
          .limit(pageSize + 1)
      : [],
  ]);
  const sign = isAscending ? 1 : -1;
  // The database sorts moments and names by their bytes, so the merge does too.
  const bytes = (row: { sortKey: string }) => Buffer.from(row.sortKey);
  const found = [...own, ...shared].sort(
    (one, other) => sign * (Buffer.compare(bytes(one), bytes(other)) || (one.id < other.id ? -1 : 1)),
  );
  const page: Page<(typeof found)[number]> = toPage(found.slice(0, pageSize + 1), pageSize, query, (row) => [
    row.sortKey,
    row.id,
  ]);
  return { ...page, rows: page.rows.map(({ sortKey: _, ...row }) => row) };
}

/** Returns how many models the reader may see, counted up to `mostCounted`. */
export async function total(db: Db, workspaceId: string, reader: Reader, filter: Filter): Promise<number> {
  const [own, shared] = await Promise.all([
    filter.kind === "shared"
      ? 0
      : counted(
          db,
          db
            .select({ id: models.id })
            .from(models)
            .where(ownOnes(workspaceId, reader, filter))
            .limit(mostCounted),
        ),
    hasShared(filter)
      ? counted(
          db,
          db
            .select({ id: models.id })
            .from(modelShares)
            .innerJoin(models, and(eq(models.workspaceId, modelShares.workspaceId), eq(models.id, modelShares.modelId)))
            .innerJoin(workspaces, and(eq(workspaces.id, modelShares.workspaceId), isNull(workspaces.deletedAt)))
            .where(sharedOnes(workspaceId, filter))
            .limit(mostCounted),
        )
      : 0,
  ]);
  return Math.min(own + shared, mostCounted);
}

/** The columns of a model that its capabilities depend on. */
type UsableRow = Pick<typeof models.$inferSelect, keyof typeof usableColumns>;

const usableColumns = {
  ...{ id: models.id, name: models.name, base: models.base, modelServer: models.modelServer },
  ...{ upstream: models.upstream, contextLength: models.contextLength },
};

/** Returns the models that a person may use and that are not archived, the newest first, at most 200. */
export async function usableIds(db: Db, workspaceId: string, personId: string): Promise<UsableRow[]> {
  const all: Filter = { search: "", kind: "", state: "" };
  const [own, shared] = await Promise.all([
    db
      .select(usableColumns)
      .from(models)
      .where(ownOnes(workspaceId, { personId, seesAll: false }, all))
      .orderBy(desc(models.createdAt), desc(models.id))
      .limit(200),
    db
      .select(usableColumns)
      .from(modelShares)
      .innerJoin(models, and(eq(models.workspaceId, modelShares.workspaceId), eq(models.id, modelShares.modelId)))
      .innerJoin(workspaces, and(eq(workspaces.id, modelShares.workspaceId), isNull(workspaces.deletedAt)))
      .where(sharedOnes(workspaceId, all))
      .orderBy(desc(models.createdAt), desc(models.id))
      .limit(200),
  ]);
  return [...own, ...shared].slice(0, 200);
}

async function counted(db: Db, found: SQLWrapper): Promise<number> {
  const [row] = await db.execute<{ n: number }>(sql`select count(*)::int as n from ${found} found`);
  return row?.n ?? 0;
}

const hasShared = ({ kind, state }: Filter) => state === "" && (kind === "" || kind === "shared");

function ownOnes(workspaceId: string, { personId, seesAll }: Reader, filter: Filter): SQL | undefined {
  return and(
    eq(models.workspaceId, workspaceId),
    isNull(models.deletedAt),
    seesAll
      ? undefined
      : or(
          eq(models.visibility, "workspace"),
          and(eq(models.visibility, "private"), eq(models.createdBy, personId)),
          sql`(${models.visibility} = 'members' and exists (select from model_members n
            where n.workspace_id = models.workspace_id and n.model_id = models.id and n.user_id = ${personId}))`,
        ),
    filter.kind && filter.kind !== "shared" ? eq(models.origin, filter.kind) : undefined,
    filter.state === "archived" ? isNotNull(models.archivedAt) : isNull(models.archivedAt),
    matching(filter.search),
  );
}

function sharedOnes(workspaceId: string, { search }: Filter): SQL | undefined {
  return and(
    eq(modelShares.toWorkspaceId, workspaceId),
    or(isNull(modelShares.endsAt), gt(modelShares.endsAt, sql`now()`)),
    isNull(models.deletedAt),
    isNull(models.archivedAt),
    matching(search),
  );
}

function matching(search: string): SQL | undefined {
  if (!search) return undefined;
  const pattern = `%${escapeLike(search)}%`;
  return or(ilike(models.name, pattern), ilike(models.id, pattern), ilike(models.description, pattern));
}
