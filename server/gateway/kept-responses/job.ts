import { transaction } from "@/db/client";
import { type Job, repeat } from "@/server/platform/background";
import { log } from "@/server/platform/log";
import * as kept from "./queries";

const everyMs = 5 * 60_000;
const workspacesAtOnce = 1_000;
const atOnce = 500;

/** Deletes kept responses that have expired. Any number of instances may. */
export function startResponseExpiry(): Job {
  return repeat("kept responses: expire", everyMs, deleteExpired, (error) =>
    log.error({ err: error }, "kept responses could not be deleted"),
  );
}

/** Runs one round. Resolves to how many were deleted. */
export async function deleteExpired(): Promise<number> {
  let deleted = 0;
  for (const workspaceId of await transaction("read", {}, (db) => kept.listExpired(db, workspacesAtOnce)))
    for (let last = atOnce; last === atOnce; deleted += last)
      last = await transaction("write", { workspaceId }, (db) => kept.deleteExpired(db, workspaceId, atOnce));
  return deleted;
}
