import { can, type Role } from "@/server/access/permissions";
import { viewableBy } from "@/server/access/viewing";
import type { membershipBySlug } from "@/server/membership/workspace/queries";

/** What a person is in a workspace. */
export type Membership = NonNullable<Awaited<ReturnType<typeof membershipBySlug>>>;

/** The same, or, while they view the workspace as a lower role, what a member of that role would be. */
export type Seen = Membership & { isViewedAs: boolean };

/** Applies the role that a person views a workspace as. Viewing as a role can only reduce privileges. */
export function seenAs(workspace: Membership, role: Role | null | undefined): Seen {
  const isViewedAs = role != null && can(workspace.role, "member:manage") && viewableBy(workspace.role).includes(role);
  return { ...workspace, role: isViewedAs ? role : workspace.role, isViewedAs };
}
