import type { Db } from "@/db/client";
import * as audit from "@/server/audit/queries";
import * as keyLife from "./queries";

type Key = { id: string; name: string };

/**
 * Switches a key off that this transaction holds, at once, with its audit row. What an Admin switches off (`byAdmin`), only
 * an Admin switches on again. False when it is off already: then nothing is recorded.
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
