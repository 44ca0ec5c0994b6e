import type { Db } from "@/db/client";
import type { Role } from "@/server/access/permissions";
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
    roleByAdmin: departure?.roleByAdmin ?? past?.roleByAdmin ?? null,
  };
}
