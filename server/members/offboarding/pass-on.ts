import type { Db } from "@/db/client";
import * as audit from "@/server/audit/queries";
import * as offboarding from "./queries";

/** Turns keys of a departing member into service keys, each with its own audit row. */
export async function passOn(
  ctx: audit.Actor & { db: Db },
  workspaceId: string,
  userId: string,
  keys: { id: string; name: string }[],
): Promise<void> {
  if (keys.length === 0) return;
  await offboarding.keep(
    ctx.db,
    workspaceId,
    keys.map(({ id }) => id),
  );
  for (const { id, name } of keys) {
    await audit.record(ctx.db, workspaceId, ctx, {
      action: "key.kept",
      target: { type: "key", id },
      before: { name, isService: false },
      after: { isService: true, from: userId },
    });
  }
}
