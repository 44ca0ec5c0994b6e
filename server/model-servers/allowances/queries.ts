import { eq } from "drizzle-orm";
import type { Db } from "@/db/client";
import { workspaces } from "@/db/schema/workspaces";

/**
 * What the operators let a workspace use: ids of models, in which `*` stands for any characters, and names of model
 * servers. Null: all.
 */
export type Allowance = { models: readonly string[] | null; providers: readonly string[] | null };

/** Returns a workspace's allowance. Must be called inside it. */
export async function find(db: Db, workspaceId: string): Promise<Allowance> {
  const [row] = await db
    .select({ models: workspaces.allowedModels, providers: workspaces.allowedProviders })
    .from(workspaces)
    .where(eq(workspaces.id, workspaceId));
  return row ?? { models: null, providers: null };
}

/** Sets a workspace's allowance. Must be called inside it. */
export async function set(db: Db, workspaceId: string, { models, providers }: Allowance): Promise<void> {
  await db
    .update(workspaces)
    .set({ allowedModels: models && [...models], allowedProviders: providers && [...providers] })
    .where(eq(workspaces.id, workspaceId));
}
