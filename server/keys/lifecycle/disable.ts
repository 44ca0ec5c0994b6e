import type { Db } from "@/db/client";
import * as audit from "@/server/audit/queries";
import { isOwn } from "../authority";
import * as keyLife from "./queries";

type Key = { id: string; name: string; createdBy: string; isService: boolean };

/**
 * Switches a key off that this transaction holds, at once, with its audit row. What anybody but its maker switches off,
 * only an Admin switches on again. False when it is off already: then nothing is recorded.
 */
export async function disableKey(
  ctx: audit.Actor & { db: Db; person: { id: string } },
  workspaceId: string,
  key: Key,
): Promise<boolean> {
  if (!(await keyLife.disable(ctx.db, workspaceId, key.id, !isOwn(ctx.person.id, key)))) return false;
  await audit.record(ctx.db, workspaceId, ctx, {
    action: "key.disabled",
    target: { type: "key", id: key.id },
    before: { name: key.name },
  });
  return true;
}
