import { transaction } from "@/db/client";
import { type Job, repeat } from "@/server/platform/background";
import { log } from "@/server/platform/log";
import { listLapsed, settleUsage } from "./queries";

const everyMs = 30_000;
const atOnce = 500;

/**
 * Starts the job that settles the reservations of instances that died. All instances may run it; each reservation is
 * settled once.
 */
export function startReservationCheck(): Job {
  return repeat("usage: settle lapsed reservations", everyMs, settleLapsed, (error) =>
    log.error({ err: error }, "reservations could not be checked"),
  );
}

/**
 * Runs one round. How such a request ended is unknown, and its answer may have been complete. So it is charged at
 * what was reserved, with status 500 and the code `lost`. A line of a batch is not charged, because it is sent again.
 * Resolves to whether there may be more.
 */
export async function settleLapsed(): Promise<boolean> {
  const lapsed = await transaction("read", {}, (db) => listLapsed(db, atOnce));
  const byWorkspace = grouped(lapsed);
  for (const [workspaceId, all] of byWorkspace) {
    await settleUsage(
      workspaceId,
      all.map(({ id, isOfBatch, seconds }) => ({
        ...{ id, status: 500, errorCode: "lost", usage: null },
        usageSource: isOfBatch ? ("none" as const) : ("estimated" as const),
        ...{ firstByteMs: null, totalMs: seconds * 1_000 },
      })),
    );
  }
  return lapsed.length === atOnce;
}

/** Groups reservations by workspace. Node.js 20 has no `Map.groupBy`. */
function grouped(lapsed: Awaited<ReturnType<typeof listLapsed>>): Map<string, typeof lapsed> {
  const groups = new Map<string, typeof lapsed>();
  for (const each of lapsed) groups.set(each.workspaceId, [...(groups.get(each.workspaceId) ?? []), each]);
  return groups;
}
