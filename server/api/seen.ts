import { can, lookerPermissions, type Permission, type Role } from "@/server/access/permissions";
import { viewableBy } from "@/server/access/viewing";
import type { Look } from "@/server/membership/looks/queries";
import type * as liveWorkspace from "@/server/membership/workspace/queries";

type Member = NonNullable<Awaited<ReturnType<typeof liveWorkspace.membershipBySlug>>>;
/** A person's membership of a workspace; or, with `look`, an operator's consent to read in it, which no membership is. */
export type Membership = Omit<Member, "look"> & { look: Look | null };
/** A person's membership of a workspace, with the lower role while they view it as one. */
export type Seen = Membership & { isViewedAs: boolean };
/** Returns the role that applies: viewing as a role can only reduce privileges. */
export function seenAs(workspace: Membership, role: Role | null | undefined): Seen {
  const isViewedAs = role != null && can(workspace.role, "member:manage") && viewableBy(workspace.role).includes(role);
  return { ...workspace, role: isViewedAs ? role : workspace.role, isViewedAs };
}

/** What is done inside: a change; one that a suspended workspace takes too; what shows prompts or the contents of files. */
export type Deed = { isChange: boolean; evenSuspended?: boolean | undefined; hasContents?: boolean | undefined };

/**
 * Returns why a member may not do this in the workspace as they see it; null: they may. A suspended one is read, and runs no models. An operator who looks
 * inside reads what all roles may read, and no contents.
 */
export function refusalInside(
  { role, isViewedAs, suspendedAt, look }: Seen,
  permission: Permission,
  { isChange, evenSuspended, hasContents }: Deed,
) {
  if (look) return isChange || hasContents || !lookerPermissions.includes(permission) ? "looking_inside" : null;
  if (isViewedAs && isChange) return "viewing_as";
  if (!can(role, permission)) return "not_permitted";
  return suspendedAt && !evenSuspended && (isChange || permission === "model:use") ? "workspace_suspended" : null;
}
