import type { Db } from "@/db/client";
import { refuse } from "@/server/api/refusals";
import * as audit from "@/server/audit/queries";
import * as files from "@/server/files/queries";
import * as workspace from "@/server/membership/workspace/queries";
import * as changes from "./changes/queries";
import { type BatchRequest, mostActive, mostLines } from "./input";
import * as batches from "./queries";

/**
 * The requester: a person, a program with a person's key, a program with a service key (`person` null), or Atelier
 * itself.
 */
export type Asker = audit.Actor & { keyId: string | null };

/**
 * Creates a batch of an uploaded file. Nothing is sent yet: all lines are checked first. Refuses `not_found` for a file
 * that does not exist or that the requester may not see, `too_many_batches`, and at its field a file with another
 * purpose or with too many lines.
 *
 * @returns its id
 */
export async function createBatch(db: Db, workspaceId: string, asker: Asker, request: BatchRequest): Promise<string> {
  // The lock makes concurrent creations wait for each other, so that the count is right.
  if (!(await workspace.lock(db, workspaceId))) throw refuse("not_found");
  const file = await files.holdFile(db, workspaceId, { userId: asker.person?.id ?? null }, request.fileId);
  if (!file) throw refuse("not_found");
  if (file.purpose !== "batch")
    throw refuse("invalid_input", {
      fileId: `${file.filename} was not uploaded for a batch: its purpose is not "batch".`,
    });
  if ((file.lines ?? 0) > mostLines)
    throw refuse("invalid_input", {
      fileId: `A batch has at most ${mostLines.toLocaleString("en-US")} requests; this file has ${(file.lines ?? 0).toLocaleString("en-US")}.`,
    });
  if ((await batches.active(db, workspaceId)) >= mostActive) throw refuse("too_many_batches");
  const { person, keyId } = asker;
  const id = await changes.create(db, workspaceId, request, { createdBy: person?.id ?? null, keyId });
  const { endpoint, model, fileId, hours } = request;
  await audit.record(db, workspaceId, asker, {
    action: "batch.created",
    target: { type: "batch", id },
    after: { endpoint, model, file: fileId, lines: file.lines, hours, keyId },
  });
  return id;
}

/**
 * Requests the cancellation of a batch. Requests under way finish; the answers so far are in the output files. Refuses
 * `not_found`, `batch_cancelling`, `batch_ended`.
 */
export async function cancelBatch(db: Db, workspaceId: string, asker: Asker, id: string): Promise<void> {
  const batch = await changes.hold(db, workspaceId, id);
  if (!batch) throw refuse("not_found");
  if (batch.status === "cancelling") throw refuse("batch_cancelling");
  if (batch.endedAt || batch.status === "finalizing") throw refuse("batch_ended");
  await changes.requestCancellation(db, workspaceId, id);
  const { status, completed, failed, total } = batch;
  await audit.record(db, workspaceId, asker, {
    action: "batch.cancel_requested",
    target: { type: "batch", id },
    before: { status, completed, failed, total },
    after: { status: "cancelling", keyId: asker.keyId },
  });
}
