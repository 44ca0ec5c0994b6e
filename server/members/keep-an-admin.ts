import type { Db } from "@/db/client";
import type { Role } from "@/server/access/permissions";
import { refuse } from "@/server/api/refusals";
import * as membership from "@/server/membership/queries";

/**
 * Refuses `last_admin` when the member's new role (null: none) would leave the workspace without an Admin. The caller
 * holds the workspace's lock.
 */
export async function keepAnAdmin(
  db: Db,
  workspaceId: string,
  userId: string,
  from: Role,
  to: Role | null,
): Promise<void> {
  if (from !== "admin" || to === "admin") return;
  if (!(await membership.hasOtherAdmin(db, workspaceId, userId))) throw refuse("last_admin");
}
