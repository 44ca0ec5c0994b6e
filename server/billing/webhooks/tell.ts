import type { Db } from "@/db/client";
import { type AlertMessage, alertBody } from "./message";
import * as webhooks from "./queries";

/** Enqueues an alert for the workspace's webhook, if it has one, in the transaction that mails the alert. */
export async function postAlert(db: Db, workspaceId: string, message: AlertMessage): Promise<void> {
  if (await webhooks.find(db, workspaceId))
    await webhooks.enqueue(db, workspaceId, { kind: "alert", body: alertBody(message) });
}
