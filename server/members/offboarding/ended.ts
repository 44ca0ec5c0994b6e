import type { Db } from "@/db/client";
import type { Origin } from "@/server/api/context";
import { endMembership } from "./end-membership";
import * as ending from "./ending/queries";
import { undecided } from "./input";

/**
 * Ends a membership whose end date has passed, in the same way as a removal: the workspace's chosen action applies to the
 * keys, everything else goes on. Also before a former member joins again, whose expired row would be in the way. The caller
 * is inside the workspace and holds its lock. False when there is none.
 */
export async function settleEnded(db: Db, workspaceId: string, userId: string, origin: Origin): Promise<boolean> {
  await ending.showEnded(db, true);
  const ended = await ending.holdEnded(db, workspaceId, userId);
  if (ended) {
    const departure = { action: "member.ended", userId, ...ended } as const;
    await endMembership({ db, person: null, origin }, workspaceId, departure, undecided);
  }
  await ending.showEnded(db, false);
  return ended !== undefined;
}
