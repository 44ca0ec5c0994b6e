import type { Db } from "@/db/client";
import { recogniseFormerMember } from "@/server/members/offboarding/former/marks";
import * as offboarding from "@/server/members/offboarding/queries";

/** How a former member may join again. `endsAt`: the end that their membership has again. */
export type Return = { isAskedFor: boolean; endsAt: Date | null };

/**
 * Checks whether a person may join by a domain or link. A person who was removed, or whose membership ended, needs an
 * invitation or an Admin's approval; one who left before a set end gets that end again. A former member is recognised by
 * their account and, in another one, by its address and providers. The caller is inside the workspace.
 */
export async function wayBack(db: Db, workspaceId: string, userId: string): Promise<Return> {
  const [departure, past] = await Promise.all([
    offboarding.lastDeparture(db, workspaceId, userId),
    recogniseFormerMember(db, workspaceId, userId),
  ]);
  const own = departure && !departure.isOver ? departure.endsAt : null;
  return {
    isAskedFor: (departure !== undefined && (!departure.isOwn || departure.isOver)) || (past?.mustAsk ?? false),
    endsAt: own ?? past?.endsAt ?? null,
  };
}
