import type { Db } from "@/db/client";
import { isBehind } from "./queries";

/**
 * The workspaces whose days should be rolled up. Next's bundle and the gateway's each have a copy of this module;
 * this makes them share the set.
 */
const shared = globalThis as { atelierUsageDays?: Set<string> };

// A workspace beyond this number is noted at its next report.
const most = 1_000;

/**
 * Notes for the job that a workspace's reports would be faster with its days rolled up. A report only reads, so it
 * cannot do that itself.
 */
export async function wantDays(db: Db, workspaceId: string): Promise<void> {
  if (!(await isBehind(db, workspaceId))) return;
  shared.atelierUsageDays ??= new Set();
  if (shared.atelierUsageDays.size < most) shared.atelierUsageDays.add(workspaceId);
}

/** Returns the workspaces that were noted since the last call. */
export function takeWanted(): string[] {
  const taken = [...(shared.atelierUsageDays ?? [])];
  shared.atelierUsageDays?.clear();
  return taken;
}
