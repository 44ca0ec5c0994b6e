import { transaction } from "@/db/client";
import { serverOf } from "@/server/model-servers/registry";
import { type Job, repeat } from "@/server/platform/background";
import { log } from "@/server/platform/log";
import * as erasing from "./queries";

const everyMs = 10_000;
const atOnce = 20;
const deadlineMs = 10_000;

/**
 * Starts the job that deletes models at their model servers after they were deleted here. Any number of instances may
 * run it; each model is handled by one.
 */
export function startModelErasing(): Job {
  return repeat("models: erase", everyMs, eraseDue, (error) =>
    log.error({ err: error }, "deleted models could not be looked for"),
  );
}

/** Runs one round. Returns whether there may be more to do at once. */
export async function eraseDue(): Promise<boolean> {
  const due = await transaction("read", {}, (db) => erasing.listDue(db, atOnce));
  for (const { workspaceId, id } of due) {
    const claimed = await transaction("write", { workspaceId }, (db) => erasing.claim(db, workspaceId, id));
    if (!claimed) continue;
    // A model whose deletion fails is due again by itself.
    if (await erase(claimed, workspaceId).catch((error) => warn(id, error)))
      await transaction("write", { workspaceId }, (db) => erasing.finish(db, workspaceId, id));
  }
  return due.length === atOnce;
}

/**
 * Deletes a model at its servers. Returns true when it is gone there or can never be deleted: some servers delete
 * nothing, and some are not configured any more.
 */
async function erase(
  { modelServer, upstream }: { modelServer: string; upstream: string },
  workspaceId: string,
): Promise<boolean> {
  const server = serverOf(modelServer, workspaceId);
  if (!server) return true;
  const response = await server.fetch(`/models/${encodeURIComponent(upstream)}`, {
    method: "DELETE",
    signal: AbortSignal.timeout(deadlineMs),
  });
  await response.body?.cancel();
  if (response.ok || [404, 405, 410, 501].includes(response.status)) return true;
  throw new Error(`status ${response.status}`);
}

function warn(id: string, error: unknown): false {
  log.warn(
    { err: error, model: id },
    "a deleted model could not be deleted at its model server; it will be tried again",
  );
  return false;
}
