import type { Db } from "@/db/client";
import type { Role } from "@/server/access/permissions";
import { refuse, refuseCeiling } from "@/server/api/refusals";
import * as audit from "@/server/audit/queries";
import * as policies from "./queries";

/**
 * Checks whether another person can become a member, for every way to join. The caller holds the workspace's lock.
 * Refuses `seats_full`, `personal_workspace`, `workspace_suspended`.
 *
 * @returns the role of a person who joins without an offer that names one
 */
export async function takeSeat(db: Db, workspaceId: string): Promise<{ defaultRole: Role }> {
  const policy = await policies.find(db, workspaceId);
  if (!policy) throw refuse("not_found");
  if (policy.suspendedAt) throw refuse("workspace_suspended");
  if (policy.kind === "personal") throw refuse("personal_workspace");
  // The ceiling is checked first, because an Admin cannot add seats beyond it.
  if (policy.mostMembers !== null && policy.memberCount >= policy.mostMembers)
    throw refuseCeiling("seats_full", "members", membersCeiling(policy.mostMembers));
  if (policy.seats !== null && policy.memberCount >= policy.seats) throw refuse("seats_full");
  return { defaultRole: policy.defaultRole };
}

/** Returns how many members are allowed: the lower of the seats and the operators' ceiling. */
export const seatsOf = ({ seats, mostMembers }: { seats: number | null; mostMembers: number | null }): number =>
  Math.min(seats ?? Number.POSITIVE_INFINITY, mostMembers ?? Number.POSITIVE_INFINITY);

/** Returns the message that the operators' ceiling of members is reached. */
export const membersCeiling = (most: number): string =>
  `The people who run this Atelier let this workspace have at most ${most.toLocaleString("en-US")} ${most === 1 ? "member" : "members"}. Ask them for more.`;

/** Adds a seat if all are taken; otherwise does nothing. The caller holds the workspace's lock. */
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
