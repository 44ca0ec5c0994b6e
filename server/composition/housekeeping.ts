import { database, transaction } from "@/db/client";
import * as auth from "@/server/auth/expired";
import { forgetOldDeliveries } from "@/server/billing/webhooks/job";
import * as mail from "@/server/mail/queries";
import { forgetOldEvents } from "@/server/mail/suppression/queries";
import * as formerMembers from "@/server/members/offboarding/former/queries";
import { type Job, repeat } from "@/server/platform/background";
import { log } from "@/server/platform/log";
import * as buckets from "@/server/platform/throttling/queries";

const everyMs = 60 * 60_000;

/**
 * Starts the job that deletes expired rows and creates the next partitions of the ledger once an hour. Any number of
 * instances can run it.
 */
export function startHousekeeping(makeLedgerPartitions: () => Promise<void>): Job {
  return repeat(
    "housekeeping",
    everyMs,
    () => Promise.all([makeLedgerPartitions(), tidy()]),
    (error) => log.error({ err: error }, "housekeeping failed"),
  );
}

async function tidy(): Promise<void> {
  const db = database();
  const counts = {
    buckets: await buckets.forgetOld(db),
    sessions: await auth.forgetExpired(db),
    mails: await mail.forgetOld(db),
    mailEvents: await forgetOldEvents(db),
    deliveries: await forgetOldDeliveries(),
    formerMembers: await forgetFormerMembers(),
  };
  if (Object.values(counts).some((count) => count > 0)) log.info(counts, "housekeeping");
}

/** Deletes the records of former members who left more than two years ago. Returns how many it deleted. */
export async function forgetFormerMembers(): Promise<number> {
  let forgotten = 0;
  for (const workspaceId of await transaction("read", {}, (db) => formerMembers.listOutdated(db, 1_000)))
    forgotten += await transaction("write", { workspaceId }, (db) => formerMembers.forgetOutdated(db, workspaceId));
  return forgotten;
}
