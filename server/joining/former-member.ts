import type { Db } from "@/db/client";
import * as offboarding from "@/server/members/offboarding/queries";

/** How somebody may come in who was a member before. `endsAt`: the end that their membership has again. */
export type Return = { isAskedFor: boolean; endsAt: Date | null };

/**
 * Whether somebody may come in by what is open to all. Who was removed, or whose time ended, is let in by an invitation or
 * an Admin's approval only; who left before an end that was set has that end again. The caller is inside the workspace.
 */
export async function wayBack(db: Db, workspaceId: string, userId: string): Promise<Return> {
  const departure = await offboarding.lastDeparture(db, workspaceId, userId);
  if (!departure) return { isAskedFor: false, endsAt: null };
  const { isOwn, isOver, endsAt } = departure;
  return { isAskedFor: !isOwn || isOver, endsAt: isOver ? null : endsAt };
}
