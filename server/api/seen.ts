import { can, type Permission, type Role } from "@/server/access/permissions";
import { viewableBy } from "@/server/access/viewing";
import type * as liveWorkspace from "@/server/membership/workspace/queries";

/** What a person is in a workspace. */
export type Membership = NonNullable<Awaited<ReturnType<typeof liveWorkspace.membershipBySlug>>>;
/** What a person is in a workspace, or, while they see it as a lower role, what somebody of that role would be. */
export type Seen = Membership & { isViewedAs: boolean };
/** Nobody is raised: a role is put on only where it may do less than the person's own. */
export function seenAs(workspace: Membership, role: Role | null | undefined): Seen {
  const isViewedAs = role != null && can(workspace.role, "member:manage") && viewableBy(workspace.role).includes(role);
  return { ...workspace, role: isViewedAs ? role : workspace.role, isViewedAs };
}

/** Why a member may not do this in the workspace as they see it; null: they may. A suspended one is read, and runs no models. */
export function refusalInside({ role, isViewedAs, suspendedAt }: Seen, permission: Permission, isChange: boolean) {
  if (isViewedAs && isChange) return "viewing_as";
  if (!can(role, permission)) return "not_permitted";
  return suspendedAt && (isChange || permission === "model:use") ? "workspace_suspended" : null;
}
