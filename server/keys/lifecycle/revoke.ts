import type { Db } from "@/db/client";
import * as audit from "@/server/audit/queries";
import { isOwn } from "../authority";
import * as keyLife from "./queries";

type Key = { id: string; name: string; createdBy: string; isService: boolean };

/**
 * Ends a key that this transaction holds, at once, with its audit row. What anybody but its maker ends, and what ends with
 * a membership, only an Admin restores. False when it has ended already: then nothing is recorded.
 */
export async function revokeKey(
  ctx: audit.Actor & { db: Db },
  workspaceId: string,
  key: Key,
  { byAdmin = !isOwn(ctx.person?.id ?? null, key) }: { byAdmin?: boolean } = {},
): Promise<boolean> {
  if (!(await keyLife.revoke(ctx.db, workspaceId, key.id, byAdmin))) return false;
  await audit.record(ctx.db, workspaceId, ctx, {
    action: "key.revoked",
    target: { type: "key", id: key.id },
    before: { name: key.name },
  });
  return true;
}
