import { and, desc, eq, gt, isNull, or, type SQL, sql } from "drizzle-orm";
import type { Db } from "@/db/client";
import { modelShares, models } from "@/db/schema/models";
import { workspaces } from "@/db/schema/workspaces";
import type { Audience } from "../visibility";

/** A model of a workspace's own, or one that is shared with it, as the gateway needs it. */
export type UsableModel = Audience & {
  id: string;
  /** Whose it is. */
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
  /** How long that holds, by the database's clock; null: no end. */
  msLeft: number | null;
};

/** More than this many of one workspace are not listed to programs. */
const mostModels = 20_000;

/** Returns the model of this id that the workspace owns or that is shared with it; its audience is not checked. */
export async function find(db: Db, workspaceId: string, id: string): Promise<UsableModel | undefined> {
  const [[own], [shared]] = await Promise.all([
    selectOwn(db, workspaceId, eq(models.id, id)).limit(1),
    selectShared(db, workspaceId, eq(models.id, id)).limit(1),
  ]);
  return own ?? shared;
}

/** Returns all the models that the workspace owns, the newest first, and then those that are shared with it. */
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

// Names with their table inside a subquery: drizzle leaves it off where there is only one, and the inner table would answer.
function selectOwn(db: Db, workspaceId: string, condition?: SQL) {
  return db
    .select({
      ...common,
      isShared: sql<boolean>`false`,
      // Whom it is for changes by itself when a member's time is up.
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
