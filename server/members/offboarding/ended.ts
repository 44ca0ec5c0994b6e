import type { Db } from "@/db/client";
import type { Origin } from "@/server/api/context";
import { endMembership } from "./end-membership";
import * as ending from "./ending/queries";
import { undecided } from "./input";

/**
 * Settles a membership whose end date has passed, in the same way as a removal: the workspace's default action applies
 * to the keys, everything else goes on. Also called before a former member joins again, because the expired row would
 * conflict. Must be called inside the workspace, with its lock held. False: there is no such membership.
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
