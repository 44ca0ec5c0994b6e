import { type Db, transaction } from "@/db/client";
import { link, linkOrigin } from "@/server/mail/links";
import * as mail from "@/server/mail/queries";
import * as membership from "@/server/membership/queries";
import * as liveWorkspace from "@/server/membership/workspace/queries";
import { type Job, repeat } from "@/server/platform/background";
import { log } from "@/server/platform/log";
import { settleEnded } from "../ended";
import * as ending from "./queries";

const everyMs = 5_000;
const atOnce = 50;
const origin = { requestId: "membership-ends", ip: null, userAgent: null };

/**
 * Starts the job that settles memberships whose end date has passed, and mails three days before. Access ends by itself
 * at that moment, so the job may run late. Any number of instances may run it; each membership is settled, and each
 * mail sent, once.
 */
export function startMembershipEnds(): Job {
  return repeat("memberships: end", everyMs, endDue, (error) =>
    log.error({ err: error }, "memberships could not be ended"),
  );
}

/** Runs one round. Returns whether there may be more to do at once. */
export async function endDue(): Promise<boolean> {
  const due = await transaction("read", {}, (db) => ending.listDue(db, atOnce));
  let done = 0;
  for (const { workspaceId, userId, hasEnded } of due) {
    // A failure does not stop the others.
    await transaction("write", { workspaceId }, (db) =>
      hasEnded ? end(db, workspaceId, userId) : remind(db, workspaceId, userId),
    )
      .then(() => {
        done += 1;
      })
      .catch((error) => log.error({ err: error, workspaceId }, "a membership could not be ended"));
  }
  return done === atOnce;
}

async function end(db: Db, workspaceId: string, userId: string): Promise<void> {
  // A deleted workspace needs no check here: no person can join it.
  await liveWorkspace.lock(db, workspaceId);
  await settleEnded(db, workspaceId, userId, origin);
}

/** Mails the member and the Admins, who can change the end date. */
async function remind(db: Db, workspaceId: string, userId: string): Promise<void> {
  const member = await ending.claimReminder(db, workspaceId, userId);
  const workspace = member && (await liveWorkspace.find(db, workspaceId));
  if (!member?.email || !member.endsAt || !workspace) return;
  const admins = await membership.adminAddresses(db, workspaceId);
  for (const to of new Set([member.email, ...admins])) {
    await mail.enqueue(db, {
      to,
      template: "membership-ending",
      props: {
        url: link(`/w/${workspace.slug}/members`),
        personName: member.name,
        workspaceName: workspace.name,
        isOwn: to === member.email,
        endsAt: member.endsAt.toISOString(),
        origin: linkOrigin(),
      },
    });
  }
}
