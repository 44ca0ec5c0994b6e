import { type Db, enterWorkspace, transaction } from "@/db/client";
import { canGrant, type Role, roles } from "@/server/access/permissions";
import type { Origin } from "@/server/api/context";
import { refusalOf } from "@/server/api/trpc";
import * as audit from "@/server/audit/queries";
import { admit } from "@/server/members/admit";
import { endLooksOf } from "@/server/members/end-looks";
import { tellOfGroup, tellOfJoin } from "@/server/members/notices";
import { endMembership } from "@/server/members/offboarding/end-membership";
import { settleEnded } from "@/server/members/offboarding/ended";
import { undecided } from "@/server/members/offboarding/input";
import * as personRow from "@/server/membership/person/queries";
import * as membership from "@/server/membership/queries";
import * as liveWorkspace from "@/server/membership/workspace/queries";
import { takeSeat } from "@/server/workspaces/policy/seat";
import { roleBack, wayBack } from "../former-member";
import * as joining from "../requests/queries";
import * as rules from "./queries";
import type { ReadGroups } from "./read-groups";

/** The result for one workspace at a sign-in. All except the first three mean that nothing changed. */
export type Outcome =
  | "joined"
  | "role_set"
  | "removed"
  | "unchanged"
  | "other_way"
  | "last_admin"
  | "seats_full"
  | "former_member"
  | "closed";

/** The role that a person gets from their groups, the highest one, with its group. */
export type Given = { role: Role; group: string };

/** Returns what a person's groups give them in each workspace, by the rules. */
export function givenBy(
  listed: readonly { workspaceId: string; group: string; role: Role }[],
  groups: ReadonlySet<string>,
): Map<string, Given> {
  const given = new Map<string, Given>();
  for (const { workspaceId, group, role } of listed) {
    if (!groups.has(group)) continue;
    const before = given.get(workspaceId);
    if (!before || roles.indexOf(role) < roles.indexOf(before.role)) given.set(workspaceId, { role, group });
  }
  return given;
}

/**
 * Applies a provider's rules to a person who has just signed in there, in one transaction: they join, get another role,
 * or stop being a member. Only memberships that came from groups are changed or ended; others stay. Never removes or
 * demotes the last Admin.
 *
 * @returns the result for each workspace that has a rule or a membership from an earlier sign-in
 */
export function applyGroups(
  who: { userId: string; origin: Origin },
  providerId: string,
  read: ReadGroups,
): Promise<Map<string, Outcome>> {
  return transaction("write", { userId: who.userId }, async (db) => {
    const outcomes = new Map<string, Outcome>();
    const settings = await rules.settingsOf(db, providerId);
    if (!settings || !(await personRow.hold(db, who.userId))) return outcomes;
    const groups =
      "groups" in read ? read.groups : read.problem === "missing" && settings.isMissingNone ? new Set<string>() : null;
    if (groups === null) return outcomes;
    const given = givenBy(await rules.inForce(db, providerId), groups);
    const concerned = new Set([...given.keys(), ...(await rules.memberOf(db, who.userId, providerId))]);
    // In the same order as everywhere, to avoid deadlocks.
    for (const workspaceId of [...concerned].sort()) {
      const at = { db, workspaceId, providerId, ...who };
      outcomes.set(workspaceId, await settle(at, given.get(workspaceId)));
    }
    return outcomes;
  });
}

type At = { db: Db; workspaceId: string; providerId: string; userId: string; origin: Origin };

async function settle(at: At, given: Given | undefined): Promise<Outcome> {
  const { db, workspaceId, providerId, userId } = at;
  await enterWorkspace(db, workspaceId);
  if (!(await liveWorkspace.lock(db, workspaceId))) return "closed";
  const member = await membership.find(db, workspaceId, userId);
  if (!member) return given ? join(at, given) : "unchanged";
  const made = await rules.madeBy(db, workspaceId, userId);
  if (made?.byProvider !== providerId) return "other_way";
  // A group cannot raise a role that an Admin has given manually, nor change it to one with other permissions.
  const role = made.roleByAdmin && given && !canGrant(made.roleByAdmin, given.role) ? made.roleByAdmin : given?.role;
  if (role === member.role) return "unchanged";
  if (member.role === "admin" && !(await membership.hasOtherAdmin(db, workspaceId, userId))) return "last_admin";
  const actor = { person: { id: userId }, origin: at.origin };
  if (!given || !role) {
    const departure = {
      action: "member.removed_by_group",
      userId,
      ...member,
      group: { provider: providerId },
    } as const;
    await endMembership({ db, ...actor }, workspaceId, departure, undecided);
    await tellOfGroup(db, workspaceId, userId, { from: member.role, to: null });
    return "removed";
  }
  await endLooksOf({ db, ...actor }, workspaceId, userId);
  await rules.setRole(db, workspaceId, userId, role);
  await audit.record(db, workspaceId, actor, {
    action: "member.role_set_by_group",
    target: { type: "member", id: userId },
    before: { role: member.role },
    after: { ...given, role, provider: providerId },
  });
  await tellOfGroup(db, workspaceId, userId, { from: member.role, to: role });
  return "role_set";
}

async function join({ db, workspaceId, providerId, userId, origin }: At, given: Given): Promise<Outcome> {
  await settleEnded(db, workspaceId, userId, origin);
  try {
    await takeSeat(db, workspaceId);
  } catch (error) {
    const { reason } = refusalOf(error as Error);
    if (reason === "seats_full") return "seats_full";
    if (["not_found", "workspace_suspended", "personal_workspace"].includes(reason)) return "closed";
    throw error;
  }
  const { isAskedFor, endsAt, roleByAdmin } = await wayBack(db, workspaceId, userId, "group");
  if (isAskedFor) return "former_member";
  const back = roleBack(given.role, roleByAdmin);
  const { role } = back;
  await admit(db, workspaceId, userId, role, endsAt, back.roleByAdmin);
  await rules.noteProvider(db, workspaceId, userId, providerId);
  await joining.withdrawPending(db, workspaceId, userId);
  await audit.record(
    db,
    workspaceId,
    { person: { id: userId }, origin },
    {
      action: "member.joined_by_group",
      target: { type: "member", id: userId },
      after: { ...given, role, ...(endsAt ? { endsAt } : {}), provider: providerId },
    },
  );
  const person = await personRow.named(db, userId);
  const named = { id: userId, name: person?.name ?? "", email: person?.email ?? "" };
  await tellOfJoin({ db, person: named }, workspaceId, role, "group");
  return "joined";
}
