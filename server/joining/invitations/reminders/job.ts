import { type Db, transaction } from "@/db/client";
import { can, canGrant, roleText } from "@/server/access/permissions";
import { link, linkOrigin } from "@/server/mail/links";
import * as mail from "@/server/mail/queries";
import * as membership from "@/server/membership/queries";
import * as liveWorkspace from "@/server/membership/workspace/queries";
import { type Job, repeat } from "@/server/platform/background";
import { log } from "@/server/platform/log";
import { answerLinks } from "../by-mail/link";
import * as invitations from "../queries";
import * as reminding from "./queries";

const everyMs = 10 * 60_000;
const atOnce = 50;

/**
 * Starts the job that mails an invited address once, 2 days before its invitation expires. Any number of instances can
 * run it; each mail is sent by one.
 */
export function startInvitationReminders(): Job {
  return repeat("invitations: remind", everyMs, remindDue, (error) =>
    log.error({ err: error }, "reminders of invitations could not be sent"),
  );
}

/** Runs one round. Returns whether there may be more to send at once. */
export async function remindDue(): Promise<boolean> {
  const due = await transaction("read", {}, (db) => reminding.listDue(db, atOnce));
  for (const { workspaceId, id } of due)
    await transaction("write", { workspaceId }, (db) => remind(db, workspaceId, id));
  return due.length === atOnce;
}

/**
 * Mails a reminder. It links to the person's pending invitations: the token in the first mail's link is not stored, and
 * a new one would invalidate that link.
 */
async function remind(db: Db, workspaceId: string, id: string): Promise<void> {
  const offer = await reminding.claim(db, workspaceId, id);
  const workspace = offer && (await liveWorkspace.find(db, workspaceId));
  if (!workspace) return;
  // No reminder for an invitation that could not be accepted.
  const maker = await membership.findMaker(db, workspaceId, offer.invitedBy);
  if (!maker || !can(maker.role, "member:invite") || !canGrant(maker.role, offer.role)) return;
  const mailId = await mail.enqueueOptional(db, {
    to: offer.email,
    template: "invitation-reminder",
    props: {
      url: link("/welcome"),
      ...answerLinks(workspaceId, id),
      inviterName: offer.inviterName,
      inviterEmail: offer.inviterEmail ?? "",
      workspaceName: workspace.name,
      role: roleText[offer.role].name,
      expiresAt: offer.expiresAt.toISOString(),
      recipient: offer.email,
      origin: linkOrigin(),
    },
  });
  // When the invitation ends, this mail is withdrawn with it: the first one was sent long ago.
  if (mailId) await invitations.setMail(db, workspaceId, id, mailId);
}
