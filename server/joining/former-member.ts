import type { Db } from "@/db/client";
import * as offboarding from "@/server/members/offboarding/queries";

/** How a former member may join again. `endsAt`: the end that their membership has again. */
export type Return = { isAskedFor: boolean; endsAt: Date | null };

/**
 * Checks whether a person may join by a domain or link. A person who was removed, or whose membership ended, needs an
 * invitation or an Admin's approval; one who left before a set end gets that end again. The caller is inside the workspace.
 */
export async function wayBack(db: Db, workspaceId: string, userId: string): Promise<Return> {
  const departure = await offboarding.lastDeparture(db, workspaceId, userId);
  if (!departure) return { isAskedFor: false, endsAt: null };
  const { isOwn, isOver, endsAt } = departure;
  return { isAskedFor: !isOwn || isOver, endsAt: isOver ? null : endsAt };
}
