import { and, eq, inArray, sql } from "drizzle-orm";
import type { Db } from "@/db/client";
import { rateLimits } from "@/db/schema/limits";
import { type ModelLineage, modelMembers, modelShares, models } from "@/db/schema/models";
import { workspaces } from "@/db/schema/workspaces";
import type { OwnModel } from "../queries";

/** Marks a model's row as moved to another workspace, and deletes its shares and its named members. */
export async function retire(db: Db, workspaceId: string, modelId: string, to: string): Promise<void> {
  await db.delete(modelShares).where(and(eq(modelShares.workspaceId, workspaceId), eq(modelShares.modelId, modelId)));
  await db
    .delete(modelMembers)
    .where(and(eq(modelMembers.workspaceId, workspaceId), eq(modelMembers.modelId, modelId)));
  await db
    .update(models)
    .set({ deletedAt: sql`now()`, movedTo: to })
    .where(and(eq(models.workspaceId, workspaceId), eq(models.id, modelId)));
}

/** Adds a model that was moved here. If the model was here before, its old row is used again, with its job and key. */
export async function takeIn(
  db: Db,
  workspaceId: string,
  model: OwnModel,
  { makerId, lineage }: { makerId: string | null; lineage: ModelLineage },
): Promise<void> {
  const { id, origin, name, description, base, modelServer, upstream, contextLength, createdAt } = model;
  const { archivedAt, archivedByAdmin } = model;
  const visibility = model.visibility === "workspace" ? ("workspace" as const) : ("private" as const);
  const values = {
    ...{ origin, name, description, base, modelServer, upstream, contextLength, createdAt, visibility },
    ...{ archivedAt, archivedByAdmin, visibilityByAdmin: visibility !== "workspace" },
    ...{ createdBy: makerId, lineage },
  };
  await db
    .insert(models)
    .values({ workspaceId, id, ...values })
    .onConflictDoUpdate({
      target: [models.workspaceId, models.id],
      set: { ...values, deletedAt: null, movedTo: null },
    });
}

/** Returns a workspace's rate limits of a model, and of all models together. */
export async function limitsOn(db: Db, workspaceId: string, modelId: string) {
  const [rates, [row]] = await Promise.all([
    db
      .select({
        model: rateLimits.model,
        requestsPerMinute: rateLimits.requestsPerMinute,
        tokensPerMinute: rateLimits.tokensPerMinute,
      })
      .from(rateLimits)
      .where(and(eq(rateLimits.workspaceId, workspaceId), inArray(rateLimits.model, ["", modelId]))),
    db.select({ monthlyLimit: workspaces.monthlyLimit }).from(workspaces).where(eq(workspaces.id, workspaceId)),
  ]);
  const ofModel = rates.find(({ model }) => model === modelId);
  const ofAll = rates.find(({ model }) => model === "");
  return { ofModel: ofModel ?? null, ofAll: ofAll ?? null, monthlyLimit: row?.monthlyLimit ?? null };
}
