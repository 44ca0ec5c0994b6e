import type { Db } from "@/db/client";
import type { Role } from "@/server/access/permissions";
import * as membership from "@/server/membership/queries";
import * as liveWorkspace from "@/server/membership/workspace/queries";
import { refuse } from "./refusals";

type Locker = { db: Db; person: { id: string }; workspace: { workspaceId: string; role: Role } };

/**
 * Locks the workspace until the transaction ends and reads the caller's role again. The role that the procedure began
 * with may be outdated: an earlier holder of the lock may have changed it, or an operator may have deactivated the
 * person. Refuses `not_found`, `not_permitted`.
 */
export async function lockWorkspaceAndRecheckRole({
  db,
  person,
  workspace: { workspaceId, role },
}: Locker): Promise<void> {
  // Sent together and run in this order, so the second query sees the state after the wait for the lock.
  const [isThere, member] = await Promise.all([
    liveWorkspace.lock(db, workspaceId),
    membership.findMaker(db, workspaceId, person.id),
  ]);
  if (!isThere) throw refuse("not_found");
  if (member?.role !== role) throw refuse("not_permitted");
}
