import type { Db } from "@/db/client";
import type { Role } from "@/server/access/permissions";
import { refuse } from "@/server/api/refusals";
import * as audit from "@/server/audit/queries";
import * as policies from "./queries";

/**
 * Checks whether another person can become a member, for every way to join, under the workspace's lock.
 * Refuses `seats_full`, `personal_workspace`, `workspace_suspended`.
 *
 * @returns the role of a person who joins without an offer that names one
 */
export async function takeSeat(db: Db, workspaceId: string): Promise<{ defaultRole: Role }> {
  const policy = await policies.find(db, workspaceId);
  if (!policy) throw refuse("not_found");
  if (policy.suspendedAt) throw refuse("workspace_suspended");
  if (policy.kind === "personal") throw refuse("personal_workspace");
  if (policy.seats !== null && policy.memberCount >= policy.seats) throw refuse("seats_full");
  return { defaultRole: policy.defaultRole };
}

/** Adds a seat where every one is taken, under the workspace's lock; where one is free, nothing. */
export async function addSeat(ctx: audit.Actor & { db: Db }, workspaceId: string): Promise<void> {
  const policy = await policies.find(ctx.db, workspaceId);
  if (!policy || policy.kind === "personal" || policy.seats === null || policy.memberCount < policy.seats) return;
  const { seats } = policy;
  await policies.set(ctx.db, workspaceId, { seats: seats + 1 });
  await audit.record(ctx.db, workspaceId, ctx, {
    action: "workspace.policy_changed",
    target: { type: "workspace", id: workspaceId },
    before: { seats },
    after: { seats: seats + 1 },
  });
}
