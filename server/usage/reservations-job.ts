import { transaction } from "@/db/client";
import { type Job, repeat } from "@/server/platform/background";
import { log } from "@/server/platform/log";
import { listLapsed, settleUsage } from "./queries";

const everyMs = 30_000;
const atOnce = 500;

/** Settles what an instance that died has left behind. Any number of instances may: a reservation is settled once. */
export function startReservationCheck(): Job {
  return repeat("usage: settle lapsed reservations", everyMs, settleLapsed, (error) =>
    log.error({ err: error }, "reservations could not be checked"),
  );
}

/**
 * Runs one round. The outcome of such a request is unknown, and it may have been answered in full: it is charged at what
 * was reserved, as status 500 with the code `lost`. A line of a batch is sent again, and charged then. Resolves to whether there may be more.
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

/** Node.js 20 has no `Map.groupBy`. */
function grouped(lapsed: Awaited<ReturnType<typeof listLapsed>>): Map<string, typeof lapsed> {
  const groups = new Map<string, typeof lapsed>();
  for (const each of lapsed) groups.set(each.workspaceId, [...(groups.get(each.workspaceId) ?? []), each]);
  return groups;
}
