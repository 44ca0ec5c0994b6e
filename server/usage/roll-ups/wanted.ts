import type { Db } from "@/db/client";
import { isBehind } from "./queries";

/** The workspaces whose days are to be rolled up. Next's bundle and the gateway's each have a copy of this module: they share it. */
const shared = globalThis as { atelierUsageDays?: Set<string> };

// A workspace that is not noted now is noted at its next report.
const most = 1_000;

/** Notes a workspace whose reports would be shorter work with its days rolled up: for the job, since reading writes nothing. */
export async function wantDays(db: Db, workspaceId: string): Promise<void> {
  if (!(await isBehind(db, workspaceId))) return;
  shared.atelierUsageDays ??= new Set();
  if (shared.atelierUsageDays.size < most) shared.atelierUsageDays.add(workspaceId);
}

/** Returns the workspaces that were noted since the last time. */
export function takeWanted(): string[] {
  const taken = [...(shared.atelierUsageDays ?? [])];
  shared.atelierUsageDays?.clear();
  return taken;
}
