import { and, eq, inArray, sql } from "drizzle-orm";
import type { Db } from "@/db/client";
import { models } from "@/db/schema/models";

/** A bound that is higher than the number of models in a workspace. */
const mostModels = 20_000;

const hiddenFrom = (workspaceId: string, personId: string | null) =>
  and(
    eq(models.workspaceId, workspaceId),
    sql`is_model_hidden(${models.workspaceId}, ${models.id}, ${models.visibility}, ${models.createdBy}, ${personId}::uuid)`,
  );

/** Returns which of these ids are models of the workspace, including deleted ones, that this person may not see. */
export async function hiddenAmong(
  db: Db,
  workspaceId: string,
  personId: string | null,
  ids: string[],
): Promise<string[]> {
  const rows = await db
    .select({ id: models.id })
    .from(models)
    .where(and(hiddenFrom(workspaceId, personId), inArray(models.id, ids)));
  return rows.map(({ id }) => id);
}

/** Returns the ids of all models of the workspace, including deleted ones, that this person may not see. */
export async function listHidden(db: Db, workspaceId: string, personId: string | null): Promise<string[]> {
  const rows = await db
    .select({ id: models.id })
    .from(models)
    .where(hiddenFrom(workspaceId, personId))
    .limit(mostModels);
  return rows.map(({ id }) => id);
}
