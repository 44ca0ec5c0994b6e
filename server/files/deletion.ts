import type { Db } from "@/db/client";
import * as audit from "@/server/audit/queries";
import { type Viewer, visibleFile } from "./queries";
import * as removal from "./removal/queries";

/**
 * Deletes a file that a viewer may see, unless a job under way reads it, with its audit row. The caller has checked the
 * permission to delete files. The job erases the bytes soon after.
 *
 * @returns "gone" when the viewer cannot see the file, whether or not it exists
 */
export async function deleteFile(
  db: Db,
  workspaceId: string,
  viewer: Viewer & { keyId: string | null },
  actor: audit.Actor,
  id: string,
): Promise<"removed" | "in_use" | "gone"> {
  const file = await visibleFile(db, workspaceId, viewer, id);
  if (!file) return "gone";
  const outcome = await removal.remove(db, workspaceId, id);
  if (outcome === "removed") {
    const { filename, bytes, purpose, visibility } = file;
    await audit.record(db, workspaceId, actor, {
      action: "file.deleted",
      target: { type: "file", id },
      before: { filename, bytes, purpose, visibility },
      ...(viewer.keyId ? { after: { keyId: viewer.keyId } } : {}),
    });
  }
  return outcome;
}
