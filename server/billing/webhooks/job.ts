import { transaction } from "@/db/client";
import { type Job, repeat } from "@/server/platform/background";
import { log } from "@/server/platform/log";
import { post } from "./deliver";
import * as webhooks from "./queries";

const everyMs = 5_000;
const workspacesAtOnce = 20;
const deliveriesAtOnce = 5;
const longestWait = 60 * 60;

/**
 * Starts the job that posts due deliveries to the workspaces' webhooks every five seconds. Any number of instances can
 * run it.
 */
export function startWebhooks(): Job {
  return repeat(
    "webhooks: deliver",
    everyMs,
    async () => (await deliverDue()) > 0,
    (error) => log.error({ err: error }, "due webhooks could not be listed"),
  );
}

/**
 * Runs one round. A server that does not respond delays only its own workspace. Returns how many deliveries were
 * attempted.
 */
export async function deliverDue(): Promise<number> {
  const due = await transaction("read", {}, (db) => webhooks.listDue(db, workspacesAtOnce));
  const counts = await Promise.all(
    due.map((workspaceId) =>
      deliverOf(workspaceId).catch((error) => {
        log.error({ err: error, workspaceId }, "the result of posting a webhook could not be recorded");
        return 0;
      }),
    ),
  );
  return counts.reduce((sum, count) => sum + count, 0);
}

async function deliverOf(workspaceId: string): Promise<number> {
  const [webhook, claimed] = await transaction("write", { workspaceId }, async (db) => [
    await webhooks.find(db, workspaceId),
    await webhooks.claim(db, workspaceId, deliveriesAtOnce),
  ]);
  for (const delivery of claimed) {
    const { id, attempts, isLast } = delivery;
    const outcome = webhook ? await post(webhook, delivery) : { answer: null, error: "The webhook was removed." };
    await transaction("write", { workspaceId }, async (db) => {
      if (outcome.error === null) return webhooks.settle(db, workspaceId, id, "delivered", outcome);
      if (isLast || !webhook) return webhooks.settle(db, workspaceId, id, "failed", outcome);
      await webhooks.postpone(db, workspaceId, id, Math.min(longestWait, 5 * 2 ** attempts), outcome);
    });
  }
  return claimed.length;
}

/** Deletes deliveries that were settled more than 30 days ago. Returns how many. */
export async function forgetOldDeliveries(): Promise<number> {
  let forgotten = 0;
  for (const workspaceId of await transaction("read", {}, (db) => webhooks.listOld(db, 1_000)))
    forgotten += await transaction("write", { workspaceId }, (db) => webhooks.forgetOld(db, workspaceId));
  return forgotten;
}
