import { canGrant, type Role, roles } from "./permissions";

/** Names the cookie with the role that a person sees the workspace of this slug as. One for each workspace, so two tabs do not mix. */
export const viewingCookie = (slug: string) => `atelier.as.${slug}`;

/** How long it is seen so: an hour, in seconds. */
export const viewingSeconds = 3_600;

/**
 * Lists the roles that a member may view a workspace as: those with fewer permissions than their own. Viewing as a role can
 * only reduce privileges.
 */
export function viewableBy(role: Role): Role[] {
  return roles.filter((other) => other !== role && canGrant(role, other));
}
