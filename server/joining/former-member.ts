import type { Db } from "@/db/client";
import { lowerRole, type Role } from "@/server/access/permissions";
import { recogniseFormerMember } from "@/server/members/offboarding/former/marks";
import * as offboarding from "@/server/members/offboarding/queries";

/**
 * How a former member may join again. `isByGroup`: approval is needed only because groups removed them. `endsAt`: the
 * end date that their membership gets again. `roleByAdmin`: the role that an Admin had given them manually; joining by
 * themselves gives them no higher role.
 */
export type Return = { isAskedFor: boolean; isByGroup: boolean; endsAt: Date | null; roleByAdmin: Role | null };

/**
 * Returns how a person may join by a domain or link. A person who was removed, or whose membership ended, needs an
 * invitation or an Admin's approval; one who was removed because they left their groups can come back by their groups
 * only. One who left before an end date gets that date again. A former member is recognised by their account or, with
 * another account, by its address and providers. The caller is inside the workspace.
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
 * Returns the role of a former member who joins by themselves in a way that gives `given`, and the role to record as
 * their Admin's choice. If neither of the two roles includes the other, they are a Viewer until an Admin changes this,
 * however they join later.
 */
export function roleBack(given: Role, roleByAdmin: Role | null): { role: Role; roleByAdmin: Role | null } {
  const role = lowerRole(given, roleByAdmin);
  return { role, roleByAdmin: roleByAdmin !== null && role !== given && role !== roleByAdmin ? role : roleByAdmin };
}
