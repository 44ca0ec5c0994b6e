import { database } from "@/db/client";
import * as auth from "@/server/auth/expired";
import * as mail from "@/server/mail/queries";
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
  };
  if (Object.values(counts).some((count) => count > 0)) log.info(counts, "housekeeping");
}
