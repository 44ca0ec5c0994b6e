import type { Db } from "@/db/client";
import * as audit from "@/server/audit/queries";
import * as keyLife from "./queries";

type Key = { id: string; name: string };

/**
 * Revokes a key that this transaction has locked, with its audit row. A key that an Admin revokes (`byAdmin`), or
 * that ends with a membership, can only be restored by an Admin. Returns false, and records nothing, when the key has
 * ended already.
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
