import { canGrant, type Role, roles } from "./permissions";

/** The cookie that says as which role somebody sees the workspace of this slug. Its own for each, so two tabs do not mix. */
export const viewingCookie = (slug: string) => `atelier.as.${slug}`;

/** How long it is seen so: an hour, in seconds. */
export const viewingSeconds = 3_600;

/** The roles that somebody may see a workspace as: those that may do less than theirs. Everybody's view is their own, so nobody is raised. */
export function viewableBy(role: Role): Role[] {
  return roles.filter((other) => other !== role && canGrant(role, other));
}
