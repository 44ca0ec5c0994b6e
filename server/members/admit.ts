import type { Db } from "@/db/client";
import type { Role } from "@/server/access/permissions";
import * as membership from "@/server/membership/queries";
import { forgetFormerMember } from "./offboarding/former/marks";

/**
 * Makes a person a member, for good or until then, by whichever way they join, and forgets how an earlier membership ended.
 * Does nothing for a person who is one already. The caller holds the workspace's lock.
 *
 * @param roleByAdmin the role that an Admin gave them by hand when they were a member before
 */
export async function admit(
  db: Db,
  workspaceId: string,
  userId: string,
  role: Role,
  endsAt: Date | null = null,
  roleByAdmin: Role | null = null,
): Promise<void> {
  await Promise.all([
    membership.add(db, workspaceId, userId, role, endsAt, roleByAdmin),
    forgetFormerMember(db, workspaceId, userId),
  ]);
}
