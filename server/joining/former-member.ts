import type { Db } from "@/db/client";
import { lowerRole, type Role } from "@/server/access/permissions";
import { recogniseFormerMember } from "@/server/members/offboarding/former/marks";
import * as offboarding from "@/server/members/offboarding/queries";

/**
 * How a former member may join again. `isByGroup`: it is asked only because groups removed them. `endsAt`: the end that their membership has
 * again. `roleByAdmin`: the role that an Admin had given them by hand, above which no open way lets them in.
 */
export type Return = { isAskedFor: boolean; isByGroup: boolean; endsAt: Date | null; roleByAdmin: Role | null };

/**
 * Checks whether a person may join by a domain or link. A person who was removed, or whose membership ended, needs an
 * invitation or an Admin's approval; who was removed as they had left their groups comes back by their groups alone. One who left before a set end gets that end again. A former member is recognised by
 * their account and, in another one, by its address and providers. The caller is inside the workspace.
 */
export async function wayBack(
  db: Db,
  workspaceId: string,
  userId: string,
  way: "open" | "group" = "open",
): Promise<Return> {
  const [departure, past] = await Promise.all([
    offboarding.lastDeparture(db, workspaceId, userId),
    recogniseFormerMember(db, workspaceId, userId),
  ]);
  const own = departure && !departure.isOver ? departure.endsAt : null;
  const isByOthers =
    (departure !== undefined && ((!departure.isOwn && !departure.isByGroup) || departure.isOver)) ||
    (past?.mustAsk === true && !past.byGroup);
  const isByGroup = !isByOthers && ((departure?.isByGroup ?? false) || (past?.byGroup ?? false));
  return {
    ...{ isAskedFor: isByOthers || (isByGroup && way === "open"), isByGroup },
    endsAt: own ?? past?.endsAt ?? null,
    roleByAdmin: lowestOf(departure?.roleByAdmin, past?.roleByAdmin),
  };
}

function lowestOf(one: Role | null | undefined, other: Role | null | undefined): Role | null {
  return one ? lowerRole(one, other) : (other ?? null);
}

/**
 * Returns the role with which a former member comes in by an open way that gives `given`, and what is noted as their Admin's choice. Where
 * neither of the two can do all that the other can, they are a Viewer until an Admin says otherwise, whatever way they come by next.
 */
export function roleBack(given: Role, roleByAdmin: Role | null): { role: Role; roleByAdmin: Role | null } {
  const role = lowerRole(given, roleByAdmin);
  return { role, roleByAdmin: roleByAdmin !== null && role !== given && role !== roleByAdmin ? role : roleByAdmin };
}
