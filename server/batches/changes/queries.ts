import { and, eq, sql } from "drizzle-orm";
import type { Db } from "@/db/client";
import { batches } from "@/db/schema/batches";
import type { BatchRequest } from "../input";

const one = (workspaceId: string, id: string) => and(eq(batches.workspaceId, workspaceId), eq(batches.id, id));

/** Creates a batch of a file that the caller has locked. Returns its id. */
export async function create(
  db: Db,
  workspaceId: string,
  { fileId, hours, ...request }: BatchRequest,
  creator: { createdBy: string | null; keyId: string | null },
): Promise<string> {
  const [row] = await db
    .insert(batches)
    .values({
      ...{ workspaceId, inputFileId: fileId, ...request, ...creator },
      expiresAt: sql`now() + make_interval(hours => ${hours}::int)`,
    })
    .returning({ id: batches.id });
  if (!row) throw new Error("a batch was not created");
  return row.id;
}

/** Reads the columns of a batch and locks its row until the transaction ends. */
export async function hold(db: Db, workspaceId: string, id: string) {
  const [row] = await db.select().from(batches).where(one(workspaceId, id)).for("no key update");
  return row;
}

/** Requests the cancellation of a batch. The caller has locked it. */
export async function requestCancellation(db: Db, workspaceId: string, id: string): Promise<void> {
  await db
    .update(batches)
    .set({ status: "cancelling", cancelRequestedAt: sql`now()`, nextLookAt: sql`now()` })
    .where(one(workspaceId, id));
}
