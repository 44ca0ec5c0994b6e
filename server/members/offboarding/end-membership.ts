import type { Db } from "@/db/client";
import type { Role } from "@/server/access/permissions";
import { refuse } from "@/server/api/refusals";
import type { AuditDetails } from "@/server/audit/details";
import * as audit from "@/server/audit/queries";
import * as limitRequests from "@/server/budgets/requests/queries";
import { deleteFile } from "@/server/files/deletion";
import { cancelJob } from "@/server/fine-tuning/jobs";
import { revokeKey } from "@/server/keys/lifecycle/revoke";
import * as membership from "@/server/membership/queries";
import * as liveWorkspace from "@/server/membership/workspace/queries";
import { endLooksOf } from "../end-looks";
import { type Doer, tellOfKeys, tellOfRemoval } from "../notices";
import * as roleRequests from "../role-requests/queries";
import * as ending from "./ending/queries";
import { rememberFormerMember } from "./former/marks";
import type { Decisions } from "./input";
import { passOn } from "./pass-on";
import * as offboarding from "./queries";
import type { Rotated } from "./rotate-left";
import { settleWebhook } from "./settle-webhook";

/**
 * A departure from a workspace: its audit action, and the role and end of the membership. The audit log keeps it by
 * account (see `lastDeparture`), and `rememberFormerMember` for the person's other accounts. `otherwise` is the refusal
 * when a person who leaves is the last Admin.
 */
type Departure = { userId: string; role: Role; endsAt: Date | null } & (
  | { action: "member.removed"; by: Doer["person"]; workspaceName: string }
  | { action: "member.removed_by_group"; group: { provider: string; isUnlinked?: true } }
  | { action: "member.left"; otherwise: "last_admin" | "last_admin_elsewhere" }
  | { action: "member.ended" }
);

/**
 * Ends a membership, for every way in which one can end: takes the workspace's lock, makes sure that an Admin stays,
 * mails a member whom another member removes, and applies the choices about what the member leaves behind. Each change
 * has its own audit row and the row about the member lists them all; all rows have the same request id. Must be called
 * inside the workspace. `rotated` lists the keys that were already rotated. Refuses `last_admin`, or `otherwise`.
 */
export async function endMembership(
  ctx: Settling,
  workspaceId: string,
  departure: Departure,
  decisions: Decisions,
  rotated: Rotated[] = [],
): Promise<void> {
  const { action, userId, role, endsAt } = departure;
  const isLive = await liveWorkspace.lock(ctx.db, workspaceId);
  // The last Admin's membership never has an end date, and all members may leave a deleted workspace.
  if (isLive && action !== "member.ended" && role === "admin")
    if (!(await membership.hasOtherAdmin(ctx.db, workspaceId, userId)))
      throw refuse(action === "member.left" ? departure.otherwise : "last_admin");
  if (action === "member.removed")
    await tellOfRemoval({ ...ctx, person: departure.by }, { workspaceId, name: departure.workspaceName }, userId);
  const settled: AuditDetails<"member.removed"> = {
    ...(await settle(ctx, workspaceId, userId, decisions)),
    ...("group" in departure ? departure.group : {}),
    ...(rotated.length > 0 ? { rotatedKeys: rotated.map(({ oldId }) => oldId) } : {}),
  };
  await endLooksOf(ctx, workspaceId, userId);
  const roleByAdmin = await offboarding.roleByAdmin(ctx.db, workspaceId, userId);
  await membership.remove(ctx.db, workspaceId, userId);
  const byGroup = action === "member.removed_by_group";
  const mustAsk = byGroup || ctx.person?.id !== userId;
  await rememberFormerMember(ctx.db, workspaceId, userId, { mustAsk, byGroup, endsAt, roleByAdmin });
  await audit.record(ctx.db, workspaceId, ctx, {
    action,
    target: { type: "member", id: userId },
    before: { role, ...(roleByAdmin ? { roleByAdmin } : {}), ...(endsAt ? { endsAt } : {}) },
    ...(Object.keys(settled).length > 0 ? { after: settled } : {}),
  });
}

/** Applies the chosen actions to what a member leaves behind. Returns the ids by action; empty lists are left out. */
async function settle(
  ctx: Settling,
  workspaceId: string,
  userId: string,
  decisions: Decisions,
): Promise<Record<string, string[]>> {
  const privateModels = await offboarding.privateModels(ctx.db, workspaceId, userId);
  const settled = {
    ...(await revokeOffers(ctx, workspaceId, userId)),
    ...(await withdrawRequest(ctx, workspaceId, userId)),
    ...(await settleKeys(ctx, workspaceId, userId, decisions)),
    ...(await settleWebhook(ctx, workspaceId, userId, decisions)),
    ...(await cancelJobs(ctx, workspaceId, userId, decisions.cancel)),
    ...(await settleFiles(ctx, workspaceId, userId, decisions.files)),
    privateModels,
  };
  return Object.fromEntries(Object.entries(settled).filter(([, ids]) => ids.length > 0));
}

type Settling = audit.Actor & { db: Db };

async function settleKeys(ctx: Settling, workspaceId: string, userId: string, { keys: forAll, key: named }: Decisions) {
  const held = await offboarding.holdKeys(ctx.db, workspaceId, userId);
  const unnamed = forAll ?? (await ending.expiredMemberKeyAction(ctx.db, workspaceId));
  const of = (action: string) => held.filter(({ id }) => (named.get(id) ?? unnamed) === action);
  const [kept, revoked] = [of("keep"), of("revoke")];
  const idsOf = (keys: typeof held) => keys.map(({ id }) => id);
  await passOn(ctx, workspaceId, userId, kept);
  for (const key of revoked) await revokeKey(ctx, workspaceId, key, true);
  await tellOfKeys(ctx, workspaceId, userId, { kept, revoked });
  return { keptKeys: idsOf(kept), revokedKeys: idsOf(revoked) };
}

async function cancelJobs(ctx: Settling, workspaceId: string, userId: string, asked: string[]) {
  const cancelledJobs = await offboarding.holdJobs(ctx.db, workspaceId, userId, asked);
  for (const id of cancelledJobs) await cancelJob(ctx.db, workspaceId, { ...ctx, keyId: null }, id);
  return { cancelledJobs };
}

/** Deletes the member's private files. A file that a running job reads is not deleted and stays hidden. */
async function settleFiles(ctx: Settling, workspaceId: string, userId: string, action: Decisions["files"]) {
  const deletedFiles: string[] = [];
  for (const id of action === "delete" ? await offboarding.fileIds(ctx.db, workspaceId, userId) : []) {
    if ((await deleteFile(ctx.db, workspaceId, { userId, keyId: null }, ctx, id)) === "removed") deletedFiles.push(id);
  }
  return { deletedFiles };
}

/** Revokes a member's pending invitations, which could not be accepted any more. Returns their ids. */
export async function revokeOffers(ctx: Settling, workspaceId: string, userId: string) {
  const taken = await offboarding.revokeOffersBy(ctx.db, workspaceId, userId);
  for (const { id, role } of taken) {
    await audit.record(ctx.db, workspaceId, ctx, {
      action: "invitation.revoked",
      target: { type: "invitation", id },
      after: { role },
    });
  }
  return { revokedInvitations: taken.map(({ id }) => id) };
}

async function withdrawRequest(ctx: Settling, workspaceId: string, userId: string) {
  const withdrawnRequests = await roleRequests.withdrawPending(ctx.db, workspaceId, userId);
  if (withdrawnRequests.length > 0)
    await audit.record(ctx.db, workspaceId, ctx, {
      action: "role_request.withdrawn",
      target: { type: "member", id: userId },
    });
  const withdrawnLimits = await limitRequests.withdraw(ctx.db, workspaceId, userId);
  for (const request of withdrawnLimits)
    await audit.record(ctx.db, workspaceId, ctx, {
      action: "limit_request.withdrawn",
      target: { type: "member", id: userId },
      after: { request },
    });
  return { withdrawnRequests: [...withdrawnRequests, ...withdrawnLimits] };
}
