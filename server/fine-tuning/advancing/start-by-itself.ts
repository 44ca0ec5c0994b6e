import { type Db, transaction } from "@/db/client";
import { listsModel } from "@/server/access/model-list";
import { can } from "@/server/access/permissions";
import { Refusal } from "@/server/api/refusals";
import { lookUp, recall } from "@/server/keys/cache";
import { findMaker } from "@/server/membership/queries";
import * as changes from "../changes/queries";
import { type Asker, startJob } from "../jobs";
import { whileRecallingLeases } from "../recall-leases";
import { atelier } from "./end";
import type { ClaimedJob } from "./queries";

/**
 * Starts a job for its creator, whose rights are checked now. When a limit forbids the start, or the creator may no
 * longer fine-tune, the job waits to be started manually.
 */
export async function startByItself(job: ClaimedJob): Promise<void> {
  const { workspaceId, id } = job;
  const wait = (db: Db, message: string) => waitForHand(db, job, message);
  const found = await askerOf(job);
  try {
    await whileRecallingLeases(workspaceId, () =>
      transaction("write", { workspaceId }, async (db) => {
        if (!(await changes.hold(db, workspaceId, id))?.isAutoStart) return;
        if (typeof found === "string") return wait(db, found);
        const lost = found.keyId === null ? await lossOfMember(db, workspaceId, found.person?.id) : undefined;
        if (lost) return wait(db, lost);
        await startJob(db, workspaceId, found, id);
      }),
    );
  } catch (error) {
    const { cause } = error as { cause?: unknown };
    if (!(cause instanceof Refusal)) throw error;
    if (cause.reason !== "spend_limit" && cause.reason !== "spend_under_way") return;
    await transaction("write", { workspaceId }, async (db) => {
      if ((await changes.hold(db, workspaceId, id))?.isAutoStart) await wait(db, cause.message);
    });
  }
}

async function waitForHand(db: Db, { workspaceId, id }: ClaimedJob, message: string): Promise<void> {
  await changes.update(db, workspaceId, id, { isAutoStart: false });
  await changes.addEvent(db, workspaceId, id, "start-refused", { message });
}

/**
 * Returns the person and key for which a job starts, or a sentence when the key may no longer start it. For a key that
 * was passed on to another member or to the workspace, that is no longer the person who created the job. A key that has
 * ended is refused by the check of its limits.
 */
async function askerOf({ model, createdBy, keyId }: ClaimedJob): Promise<Asker | string> {
  const key = keyId === null ? undefined : (recall(keyId) ?? (await lookUp(keyId)));
  if (key?.isLive && !key.scopes.includes("fine-tuning"))
    return "The key that it was created with no longer has the scope fine-tuning.";
  if (key?.isLive && key.models !== null && !listsModel(key.models, model))
    return `The key that it was created with may no longer use the model ${model}.`;
  const personId = key ? key.memberId : createdBy;
  return { ...atelier, person: personId === null ? null : { id: personId }, keyId };
}

/** Returns a sentence about the right that the creator of a job has lost; undefined: none. */
async function lossOfMember(db: Db, workspaceId: string, userId: string | undefined): Promise<string | undefined> {
  const maker = userId === undefined ? undefined : await findMaker(db, workspaceId, userId);
  if (!maker) return "The person who created it is no longer a member of this workspace.";
  return can(maker.role, "model:fine-tune") ? undefined : "The person who created it may no longer fine-tune models.";
}
