import type { Db } from "@/db/client";
import * as audit from "@/server/audit/queries";
import * as keyLife from "./queries";

/**
 * Switches a key on again that this transaction holds and a person switched off, with its audit row. False when none did: then nothing
 * is recorded.
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
