import type { Db } from "@/db/client";
import type { Origin } from "@/server/api/context";
import { depart } from "./end-membership";
import * as ending from "./ending/queries";
import { undecided } from "./input";

/**
 * Takes a membership away whose time is up, the same way as a removal: keys become what the workspace has chosen for such
 * members, everything else goes on. Also before somebody comes in again, for whom it would still be in the way. The caller
 * is inside the workspace and holds its lock. False when there is none.
 */
export async function settleEnded(db: Db, workspaceId: string, userId: string, origin: Origin): Promise<boolean> {
  await ending.showEnded(db, true);
  const ended = await ending.holdEnded(db, workspaceId, userId);
  if (ended) {
    const departure = { action: "member.ended", userId, ...ended } as const;
    await depart({ db, person: null, origin }, workspaceId, departure, undecided);
  }
  await ending.showEnded(db, false);
  return ended !== undefined;
}
