import { type Db, enterWorkspace, transaction } from "@/db/client";
import { isRouteId } from "@/server/access/route-ids";
import { type Job, repeat } from "@/server/platform/background";
import { log } from "@/server/platform/log";
import * as retirements from "../queries";
import * as mails from "./queries";
import { tellCallers } from "./tell";

const everyMs = 30_000;
const atOnce = 50;

/**
 * Starts the job that mails the users of a model or a route that will be retired: at once, and 14 days and 1 day
 * before. Any number of instances may run it; each mail is sent once. What happens to requests does not depend on the
 * mails.
 */
export function startRetirementMails(): Job {
  return repeat("models: retirement mails", everyMs, mailDue, (error) =>
    log.error({ err: error }, "mails about retirements could not be sent"),
  );
}

/** Runs one round. Returns whether there may be more to do at once. */
export async function mailDue(): Promise<boolean> {
  const due = await transaction("read", {}, (db) => mails.listDue(db, atOnce));
  let done = 0;
  for (const { workspaceId, modelId } of due)
    await transaction("write", { workspaceId }, (db) => mailAbout(db, workspaceId, modelId))
      .then(() => {
        done += 1;
      })
      // A failure does not stop the others.
      .catch((error) => log.error({ err: error, workspaceId }, "mails about a retirement could not be sent"));
  return done === atOnce;
}

async function mailAbout(db: Db, workspaceId: string, modelId: string): Promise<void> {
  const claimed = (await retirements.isOwn(db, workspaceId, modelId))
    ? await mails.claimMail(db, workspaceId, modelId)
    : undefined;
  if (!claimed) return mails.stopMails(db, workspaceId, modelId);
  const shared = isRouteId(modelId) ? [] : await mails.sharedWith(db, workspaceId, modelId);
  for (const place of [workspaceId, ...shared]) {
    await enterWorkspace(db, place);
    await tellCallers(db, place, modelId, claimed);
  }
  await enterWorkspace(db, workspaceId);
}
