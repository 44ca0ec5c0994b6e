import { and, desc, eq, gt, isNull, or, type SQL, sql } from "drizzle-orm";
import type { Db } from "@/db/client";
import { modelShares, models } from "@/db/schema/models";
import { workspaces } from "@/db/schema/workspaces";
import type { Audience } from "../visibility";

/** A workspace's own model, or one that is shared with it, as the gateway needs it. */
export type UsableModel = Audience & {
  id: string;
  /** The workspace that owns it. */
  workspaceId: string;
  origin: "fine-tuned" | "registered";
  name: string;
  description: string;
  base: string | null;
  jobId: string | null;
  modelServer: string;
  upstream: string;
  contextLength: number | null;
  createdAt: Date;
  isArchived: boolean;
  /** How long these values stay valid, in milliseconds by the database's clock; null: no end. */
  msLeft: number | null;
};

/** The most models of one workspace that are listed. */
const mostModels = 20_000;

/** Returns the model with this id that the workspace owns or that is shared with it; its audience is not checked. */
export async function find(db: Db, workspaceId: string, id: string): Promise<UsableModel | undefined> {
  const [[own], [shared]] = await Promise.all([
    selectOwn(db, workspaceId, eq(models.id, id)).limit(1),
    selectShared(db, workspaceId, eq(models.id, id)).limit(1),
  ]);
  return own ?? shared;
}

/** Returns all models that the workspace owns, the newest first, and then the ones that are shared with it. */
export async function listAll(db: Db, workspaceId: string): Promise<UsableModel[]> {
  const newestFirst = [desc(models.createdAt), desc(models.id)];
  const [own, shared] = await Promise.all([
    selectOwn(db, workspaceId)
      .orderBy(...newestFirst)
      .limit(mostModels),
    selectShared(db, workspaceId)
      .orderBy(...newestFirst)
      .limit(mostModels),
  ]);
  return [...own, ...shared];
}

const common = {
  id: models.id,
  workspaceId: models.workspaceId,
  origin: models.origin,
  name: models.name,
  description: models.description,
  base: models.base,
  jobId: sql<string | null>`coalesce(${models.jobId}::text, ${models.lineage} ->> 'jobId')`,
  modelServer: models.modelServer,
  upstream: models.upstream,
  contextLength: models.contextLength,
  createdAt: models.createdAt,
  isArchived: sql<boolean>`${models.archivedAt} is not null`,
  visibility: models.visibility,
};

// Subqueries name the columns with their tables: drizzle leaves the table out when there is only one, and the name
// would then mean the inner table.
function selectOwn(db: Db, workspaceId: string, condition?: SQL) {
  return db
    .select({
      ...common,
      isShared: sql<boolean>`false`,
      // The audience changes by itself when a membership ends.
      msLeft: sql<number | null>`case when models.visibility <> 'workspace' then (
        select (extract(epoch from min(m.ends_at) - now()) * 1000)::float8 from memberships m
        where m.workspace_id = models.workspace_id and m.ends_at > now()) end`,
      makerId: sql<string | null>`case when exists (select from memberships m
        where m.workspace_id = models.workspace_id and m.user_id = models.created_by
          and coalesce(m.ends_at > now(), true)) then models.created_by end`,
      memberIds: sql<string[]>`case models.visibility when 'members' then (
        select coalesce(jsonb_agg(n.user_id), '[]') from model_members n
        join memberships m on m.workspace_id = n.workspace_id and m.user_id = n.user_id and coalesce(m.ends_at > now(), true)
        where n.workspace_id = models.workspace_id and n.model_id = models.id) else '[]' end`,
    })
    .from(models)
    .where(and(eq(models.workspaceId, workspaceId), isNull(models.deletedAt), condition))
    .$dynamic();
}

function selectShared(db: Db, workspaceId: string, condition?: SQL) {
  return db
    .select({
      ...common,
      isShared: sql<boolean>`true`,
      msLeft: sql<number | null>`(extract(epoch from ${modelShares.endsAt} - now()) * 1000)::float8`,
      makerId: sql<string | null>`null`,
      memberIds: sql<string[]>`'[]'::jsonb`,
    })
    .from(modelShares)
    .innerJoin(models, and(eq(models.workspaceId, modelShares.workspaceId), eq(models.id, modelShares.modelId)))
    .innerJoin(workspaces, and(eq(workspaces.id, modelShares.workspaceId), isNull(workspaces.deletedAt)))
    .where(
      and(
        eq(modelShares.toWorkspaceId, workspaceId),
        or(isNull(modelShares.endsAt), gt(modelShares.endsAt, sql`now()`)),
        isNull(models.deletedAt),
        isNull(models.archivedAt),
        condition,
      ),
    )
    .$dynamic();
}
