import type { Db } from "@/db/client";
import * as audit from "@/server/audit/queries";
import * as keyLife from "./queries";

type Key = { id: string; name: string };

/**
 * Ends a key that this transaction holds, at once, with its audit row. What an Admin ends (`byAdmin`), and what ends with a
 * membership, only an Admin restores. False when it has ended already: then nothing is recorded.
 */
export async function revokeKey(
  ctx: audit.Actor & { db: Db },
  workspaceId: string,
  key: Key,
  byAdmin: boolean,
): Promise<boolean> {
  if (!(await keyLife.revoke(ctx.db, workspaceId, key.id, byAdmin))) return false;
  await audit.record(ctx.db, workspaceId, ctx, {
    action: "key.revoked",
    target: { type: "key", id: key.id },
    before: { name: key.name },
  });
  return true;
}
