import { transaction } from "@/db/client";
import { Refusal } from "@/server/api/refusals";
import * as changes from "../changes/queries";
import { startJob } from "../jobs";
import { whileRecallingLeases } from "../recall-leases";
import { atelier } from "./end";
import type { ClaimedJob } from "./queries";

/** Starts a job for its creator. When a limit forbids that, it waits to be started manually. */
export async function startByItself({ workspaceId, id, createdBy, keyId }: ClaimedJob): Promise<void> {
  const asker = { ...atelier, person: createdBy === null ? null : { id: createdBy }, keyId };
  try {
    await whileRecallingLeases(workspaceId, () =>
      transaction("write", { workspaceId }, async (db) => {
        if ((await changes.hold(db, workspaceId, id))?.isAutoStart) await startJob(db, workspaceId, asker, id);
      }),
    );
  } catch (error) {
    const { cause } = error as { cause?: unknown };
    if (!(cause instanceof Refusal)) throw error;
    if (cause.reason !== "spend_limit" && cause.reason !== "spend_under_way") return;
    await transaction("write", { workspaceId }, async (db) => {
      if (!(await changes.hold(db, workspaceId, id))?.isAutoStart) return;
      await changes.update(db, workspaceId, id, { isAutoStart: false });
      await changes.addEvent(db, workspaceId, id, "start-refused", { message: cause.message });
    });
  }
}
