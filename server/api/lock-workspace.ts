import type { Db } from "@/db/client";
import type { Role } from "@/server/access/permissions";
import * as membership from "@/server/membership/queries";
import * as liveWorkspace from "@/server/membership/workspace/queries";
import { refuse } from "./refusals";

type Locker = { db: Db; person: { id: string }; workspace: { workspaceId: string; role: Role } };

/**
 * Takes the workspace's lock and reads the caller's role again: the role a procedure begins with was read before, and
 * the transaction that held the lock may have changed it. Refuses `not_found`, `not_permitted`.
 */
export async function lockWorkspaceAndRecheckRole({
  db,
  person,
  workspace: { workspaceId, role },
}: Locker): Promise<void> {
  // Sent together, and run in this order: the second sees what the lock has waited for.
  const [isThere, member] = await Promise.all([
    liveWorkspace.lock(db, workspaceId),
    membership.find(db, workspaceId, person.id),
  ]);
  if (!isThere) throw refuse("not_found");
  if (member?.role !== role) throw refuse("not_permitted");
}
