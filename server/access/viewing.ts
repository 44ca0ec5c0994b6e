import { canGrant, type Role, roles } from "./permissions";

/**
 * Returns the name of the cookie that holds the role as which a person views the workspace with this slug. Each
 * workspace has its own cookie, so two tabs do not affect each other.
 */
export const viewingCookie = (slug: string) => `atelier.as.${slug}`;

/** How long a workspace is viewed as another role, in seconds. */
export const viewingSeconds = 3_600;

/**
 * Lists the roles that a member may view a workspace as: those with fewer permissions than their own. Viewing as a role can
 * only reduce privileges.
 */
export function viewableBy(role: Role): Role[] {
  return roles.filter((other) => other !== role && canGrant(role, other));
}
