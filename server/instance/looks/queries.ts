import { and, desc, eq, isNull } from "drizzle-orm";
import type { Db } from "@/db/client";
import { isGranted, looks } from "@/db/schema/looks";
import { workspaces } from "@/db/schema/workspaces";

/** Returns the workspaces that an operator may look into now, the latest first, at most 10. */
export async function listMine(db: Db, operatorId: string) {
  return db
    .select({ id: looks.id, slug: workspaces.slug, name: workspaces.name, endsAt: looks.endsAt })
    .from(looks)
    .innerJoin(workspaces, and(eq(workspaces.id, looks.workspaceId), isNull(workspaces.deletedAt)))
    .where(and(eq(looks.operatorId, operatorId), isGranted))
    .orderBy(desc(looks.createdAt))
    .limit(10);
}
