import { type Db, enterWorkspace, transaction } from "@/db/client";
import { isRouteId } from "@/server/access/route-ids";
import { link, linkOrigin } from "@/server/mail/links";
import * as mail from "@/server/mail/queries";
import * as membership from "@/server/membership/queries";
import * as liveWorkspace from "@/server/membership/workspace/queries";
import { type Job, repeat } from "@/server/platform/background";
import { log } from "@/server/platform/log";
import * as calls from "../../calls/queries";
import * as retirements from "../queries";
import * as mails from "./queries";

const everyMs = 30_000;
const atOnce = 50;

/**
 * Mails who called a model or a route that is to be retired: at once, and 14 days and 1 day before. Any number of instances do so; each
 * mail is sent by one. What becomes of requests does not depend on it.
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
      // One that fails does not keep the others waiting.
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
    await tell(db, place, modelId, claimed);
  }
  await enterWorkspace(db, workspaceId);
}

type Claimed = NonNullable<Awaited<ReturnType<typeof mails.claimMail>>>;

/** Mails those of one workspace who called the model: its members, and the Admins for what belongs to no member. */
async function tell(db: Db, workspaceId: string, modelId: string, retirement: Claimed): Promise<void> {
  const workspace = await liveWorkspace.find(db, workspaceId);
  if (!workspace) return;
  const { addresses, isAdmins } = await calls.recipients(db, workspaceId, modelId);
  const admins = isAdmins ? await membership.adminAddresses(db, workspaceId) : [];
  for (const to of new Set([...addresses, ...admins]))
    await mail.enqueueOptional(db, {
      to,
      template: "model-retiring",
      props: {
        url: link(`/w/${workspace.slug}/models`),
        ...{ modelId, workspaceName: workspace.name, successor: retirement.successor },
        isServed: retirement.afterwards === "successor",
        days: retirement.mailedDays ?? 0,
        retiresAt: retirement.retiresAt.toISOString(),
        origin: linkOrigin(),
      },
    });
}
