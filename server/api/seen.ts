import { can, type Permission, type Role } from "@/server/access/permissions";
import { viewableBy } from "@/server/access/viewing";
import type * as liveWorkspace from "@/server/membership/workspace/queries";

/** A person's membership of a workspace. */
export type Membership = NonNullable<Awaited<ReturnType<typeof liveWorkspace.membershipBySlug>>>;
/** A person's membership of a workspace, with the lower role while they view it as one. */
export type Seen = Membership & { isViewedAs: boolean };
/** Returns the role that applies: viewing as a role can only reduce privileges. */
export function seenAs(workspace: Membership, role: Role | null | undefined): Seen {
  const isViewedAs = role != null && can(workspace.role, "member:manage") && viewableBy(workspace.role).includes(role);
  return { ...workspace, role: isViewedAs ? role : workspace.role, isViewedAs };
}

/** Returns why a member may not do this in the workspace as they see it; null: they may. A suspended one is read, and runs no models. */
export function refusalInside({ role, isViewedAs, suspendedAt }: Seen, permission: Permission, isChange: boolean) {
  if (isViewedAs && isChange) return "viewing_as";
  if (!can(role, permission)) return "not_permitted";
  return suspendedAt && (isChange || permission === "model:use") ? "workspace_suspended" : null;
}
