import type { Db } from "@/db/client";
import type { Role } from "@/server/access/permissions";
import * as membership from "@/server/membership/queries";
import { forgetFormerMember } from "./offboarding/former/marks";

/**
 * Makes a person a member, without an end or until `endsAt`, for every way to join, and deletes the record of an
 * earlier membership's end. Does nothing for a person who is already a member. The caller holds the workspace's lock.
 *
 * @param roleByAdmin the role that an Admin gave them by hand in an earlier membership
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
