import type { Db } from "@/db/client";
import type { Role } from "@/server/access/permissions";
import { refuse } from "@/server/api/refusals";
import * as policies from "./queries";

/**
 * Whether somebody else can become a member: asked by every way in, under the workspace's lock, which makes it certain.
 * Refuses `seats_full`, `personal_workspace`, `workspace_suspended`.
 *
 * @returns the role of whoever comes in without an offer that names one
 */
export async function takeSeat(db: Db, workspaceId: string): Promise<{ defaultRole: Role }> {
  const policy = await policies.find(db, workspaceId);
  if (!policy) throw refuse("not_found");
  if (policy.suspendedAt) throw refuse("workspace_suspended");
  if (policy.kind === "personal") throw refuse("personal_workspace");
  if (policy.seats !== null && policy.memberCount >= policy.seats) throw refuse("seats_full");
  return { defaultRole: policy.defaultRole };
}
