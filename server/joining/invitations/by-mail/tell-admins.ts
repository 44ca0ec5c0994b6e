import type { Db } from "@/db/client";
import { roleText } from "@/server/access/permissions";
import { link, linkOrigin } from "@/server/mail/links";
import * as mail from "@/server/mail/queries";
import * as membership from "@/server/membership/queries";
import type { MailedOffer } from "./queries";

/** Mails all Admins of a workspace that one of its invitations was reported as unwanted. */
export async function tellAdmins(db: Db, workspaceId: string, offer: MailedOffer): Promise<void> {
  for (const to of await membership.adminAddresses(db, workspaceId)) {
    await mail.enqueue(db, {
      to,
      template: "invitation-reported",
      props: {
        url: link(`/w/${offer.slug}/audit`),
        invitedEmail: offer.email,
        inviterName: offer.inviterName,
        inviterEmail: offer.inviterEmail,
        workspaceName: offer.workspaceName,
        role: roleText[offer.role].name,
        origin: linkOrigin(),
      },
    });
  }
}
