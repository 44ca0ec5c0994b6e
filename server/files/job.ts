import { type Db, transaction } from "@/db/client";
import * as audit from "@/server/audit/queries";
import { type Job, repeat } from "@/server/platform/background";
import { log } from "@/server/platform/log";
import * as removal from "./removal/queries";
import { store } from "./storage";
import * as uploads from "./uploads/queries";

const everyMs = 30_000;
const atOnce = 100;

/**
 * Starts the job that deletes expired files, erases the bytes of deleted ones, and removes what unfinished uploads have
 * left. Any number of instances can run it: each step can be done twice, and only objects named by a row are erased.
 */
export function startFileKeeping(): Job {
  store()
    .check()
    .catch((error) => log.error({ err: error }, "the file store does not work: files cannot be uploaded"));
  return repeat("files: look after", everyMs, keepFiles, (error) =>
    log.error({ err: error }, "expired and deleted files could not be cleaned up"),
  );
}

/** Runs one round. Returns what was done. */
export async function keepFiles(): Promise<{ erased: number; cleared: number }> {
  return { erased: await eraseDue(), cleared: await clearLeft() };
}

async function eraseDue(): Promise<number> {
  let erased = 0;
  // Some due files have to wait, for a job that needs them or for the store; the others must not wait for those.
  for (let after: string | undefined; ; ) {
    const due = await transaction("read", {}, (db) => removal.listDue(db, after, atOnce));
    for (const file of due) if (await tried(file, () => eraseOne(file))) erased += 1;
    if (due.length < atOnce) return erased;
    after = due.at(-1)?.id;
  }
}

async function eraseOne({ workspaceId, id, filename, isDeleted }: removal.DueFile): Promise<boolean> {
  const scope = { workspaceId };
  if (!isDeleted && !(await transaction("write", scope, (db) => expire(db, workspaceId, id, filename)))) return false;
  await store().erase(workspaceId, id);
  await transaction("write", scope, (db) => removal.noteErased(db, workspaceId, id));
  return true;
}

/** Deletes an expired file. Returns false when a running job still needs it: then it is kept until that has ended. */
async function expire(db: Db, workspaceId: string, id: string, filename: string): Promise<boolean> {
  const outcome = await removal.remove(db, workspaceId, id);
  if (outcome === "removed") {
    const actor = { person: null, origin: { requestId: "files", ip: null, userAgent: null } };
    await audit.record(db, workspaceId, actor, {
      action: "file.expired",
      target: { type: "file", id },
      before: { filename },
    });
  }
  return outcome !== "in_use";
}

async function clearLeft(): Promise<number> {
  const left = await transaction("read", {}, (db) => uploads.listLeft(db, atOnce));
  let cleared = 0;
  for (const upload of left) if (await tried(upload, () => clearOne(upload))) cleared += 1;
  return cleared;
}

async function clearOne({ workspaceId, id }: { workspaceId: string; id: string }): Promise<boolean> {
  const scope = { workspaceId };
  if (!(await transaction("write", scope, (db) => uploads.abandon(db, workspaceId, id)))) return false;
  await store().erase(workspaceId, id);
  await transaction("write", scope, (db) => uploads.forget(db, workspaceId, id));
  return true;
}

/** Runs a step and logs its failure, so that the others continue; it is retried in the next round. */
async function tried(what: { workspaceId: string; id: string }, run: () => Promise<boolean>): Promise<boolean> {
  try {
    return await run();
  } catch (error) {
    log.error({ err: error, workspaceId: what.workspaceId, id: what.id }, "a file could not be erased");
    return false;
  }
}
