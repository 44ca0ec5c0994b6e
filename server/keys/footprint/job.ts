import { transaction } from "@/db/client";
import { type Job, repeat } from "@/server/platform/background";
import { log } from "@/server/platform/log";
import * as footprints from "./queries";

const everyMs = 60 * 60_000;
const workspacesAtOnce = 1_000;
const atOnce = 500;

/** Deletes old notes about what keys used. Several instances may do so at the same time. */
export function startFootprintExpiry(): Job {
  return repeat("keys: forget footprints", everyMs, forgetOld, (error) =>
    log.error({ err: error }, "old notes of what keys used could not be deleted"),
  );
}

/** Runs one round. Resolves to the number of deleted rows. */
export async function forgetOld(): Promise<number> {
  let deleted = 0;
  for (const workspaceId of await transaction("read", {}, (db) => footprints.listForgotten(db, workspacesAtOnce)))
    for (let last = atOnce; last === atOnce; deleted += last)
      last = await transaction("write", { workspaceId }, (db) => footprints.forget(db, workspaceId, atOnce));
  return deleted;
}
