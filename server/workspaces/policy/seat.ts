import type { Db } from "@/db/client";
import type { Role } from "@/server/access/permissions";
import { refuse } from "@/server/api/refusals";
import * as policies from "./queries";

/**
 * Checks whether another person can become a member, for every way to join, under the workspace's lock.
 * Refuses `seats_full`, `personal_workspace`.
 *
 * @returns the role of a person who joins without an offer that names one
 */
export async function takeSeat(db: Db, workspaceId: string): Promise<{ defaultRole: Role }> {
  const policy = await policies.find(db, workspaceId);
  if (!policy) throw refuse("not_found");
  if (policy.kind === "personal") throw refuse("personal_workspace");
  if (policy.seats !== null && policy.memberCount >= policy.seats) throw refuse("seats_full");
  return { defaultRole: policy.defaultRole };
}
