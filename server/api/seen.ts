import { can, lookerPermissions, type Permission, type Role } from "@/server/access/permissions";
import { viewableBy } from "@/server/access/viewing";
import type { Look } from "@/server/membership/looks/queries";
import type * as liveWorkspace from "@/server/membership/workspace/queries";

type Member = NonNullable<Awaited<ReturnType<typeof liveWorkspace.membershipBySlug>>>;
/**
 * A person's membership of a workspace, or with `look` the consent by which an operator reads in it without being a
 * member.
 */
export type Membership = Omit<Member, "look"> & { look: Look | null };
/** A membership with the role that applies now: a lower one while the person views the workspace as another role. */
export type Seen = Membership & { isViewedAs: boolean };
/** Returns the membership with the role that applies. Viewing as a role can only reduce privileges. */
export function seenAs(workspace: Membership, role: Role | null | undefined): Seen {
  const isViewedAs = role != null && can(workspace.role, "member:manage") && viewableBy(workspace.role).includes(role);
  return { ...workspace, role: isViewedAs ? role : workspace.role, isViewedAs };
}

/**
 * What a call does: a change; a change that is allowed in a suspended workspace; a read of prompts or contents of
 * files.
 */
export type Deed = { isChange: boolean; evenSuspended?: boolean | undefined; hasContents?: boolean | undefined };

/**
 * Returns the reason for which a member may not make this call; null: they may. A suspended workspace can be read but
 * runs no models. An operator who looks inside may read what all roles may read, but no prompts and no contents of
 * files.
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
