import type { Db } from "@/db/client";
import * as audit from "@/server/audit/queries";
import * as keyLife from "./queries";

/**
 * Enables a key that this transaction has locked and that a person disabled, with its audit row. Returns false, and
 * records nothing, when no person has disabled it.
 */
export async function enableKey(
  ctx: audit.Actor & { db: Db },
  workspaceId: string,
  key: { id: string; name: string },
): Promise<boolean> {
  if (!(await keyLife.enable(ctx.db, workspaceId, key.id))) return false;
  await audit.record(ctx.db, workspaceId, ctx, {
    action: "key.enabled",
    target: { type: "key", id: key.id },
    before: { name: key.name },
  });
  return true;
}
