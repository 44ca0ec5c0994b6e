import type { Db } from "@/db/client";
import * as audit from "@/server/audit/queries";
import * as keyLife from "./queries";

type Key = { id: string; name: string };

/**
 * Disables a key that this transaction has locked, with its audit row. When an Admin disables it (`byAdmin`), only an
 * Admin can enable it again. Returns false, and records nothing, when the key is disabled already.
 */
export async function disableKey(
  ctx: audit.Actor & { db: Db },
  workspaceId: string,
  key: Key,
  byAdmin: boolean,
): Promise<boolean> {
  if (!(await keyLife.disable(ctx.db, workspaceId, key.id, byAdmin))) return false;
  await audit.record(ctx.db, workspaceId, ctx, {
    action: "key.disabled",
    target: { type: "key", id: key.id },
    before: { name: key.name },
  });
  return true;
}
