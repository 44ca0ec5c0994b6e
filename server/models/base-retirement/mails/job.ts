import { type Db, enterWorkspace, transaction } from "@/db/client";
import { type Job, repeat } from "@/server/platform/background";
import { log } from "@/server/platform/log";
import { tellCallers } from "../../retirement/mails/tell";
import * as mails from "./queries";

const everyMs = 30_000;
/** How many workspaces one transaction handles. */
const atOnce = 200;

/**
 * Starts the job that mails the users of a base model that will be retired, in every workspace: at once, and 14 days
 * and 1 day before. Any number of instances may run it; each part is sent once.
 */
export function startBaseRetirementMails(): Job {
  return repeat("models: mails about base models", everyMs, mailBaseRetirements, (error) =>
    log.error({ err: error }, "mails about the retirement of a base model could not be sent"),
  );
}

/** Runs one round, over some workspaces. Returns whether there is more to do at once. */
export function mailBaseRetirements(limit = atOnce): Promise<boolean> {
  return transaction("write", {}, (db) => mailPart(db, limit));
}

async function mailPart(db: Db, limit: number): Promise<boolean> {
  const due = await mails.holdDue(db);
  if (!due) return false;
  if (!due.isToCome) {
    await mails.stopMails(db, due.modelId);
    return true;
  }
  const { callers, last } = await mails.nextCallers(db, due.modelId, due.mailedTo, limit);
  await mails.noteMailed(db, due.modelId, due.mailedDays, last);
  for (const workspaceId of callers) {
    await enterWorkspace(db, workspaceId);
    await tellCallers(db, workspaceId, due.modelId, due);
  }
  return true;
}
