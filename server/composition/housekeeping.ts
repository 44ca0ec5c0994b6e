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
 * Deletes expired rows once an hour, and makes the ledger's next partitions. Any number of instances
 * may do so.
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

/** Forgets former members who left more than two years ago. Resolves to how many marks of theirs there were. */
export async function forgetFormerMembers(): Promise<number> {
  let forgotten = 0;
  for (const workspaceId of await transaction("read", {}, (db) => formerMembers.listOutdated(db, 1_000)))
    forgotten += await transaction("write", { workspaceId }, (db) => formerMembers.forgetOutdated(db, workspaceId));
  return forgotten;
}
