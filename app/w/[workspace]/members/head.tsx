import { cache } from "react";
import { DialogButton } from "@/app/_ui/dialog-button";
import { formatNumber, formatUpTo } from "@/app/_ui/format";
import { UserPlus } from "@/app/_ui/icons";
import { PageHeader } from "@/app/_ui/page-header";
import { Tabs } from "@/app/_ui/tabs";
import { api } from "@/server/composition/caller";
import type { Outputs } from "@/server/composition/outputs";
import { mostCounted } from "@/server/members/input";
import { whoMay } from "../_shared/permission";
import { InviteDialog } from "./_invitations/invite-dialog";

type Props = {
  workspace: Outputs["workspaces"]["get"];
  current: "Members" | "Invitations" | "Requests" | "Reviews";
  /** The path of this tab. */
  here: string;
  dialog: string | undefined;
  /** The names of the Admins, for a person who may not invite. */
  admins: string[];
};

/**
 * Returns the pending requests for people who may invite. A page calls it with its other reads, in one transaction;
 * `MembersHead` then uses the cached result.
 */
export const waitingHere = cache(async (slug: string) => (await api()).members.waiting({ workspace: slug }));

/** Draws the common head of the pages about members: the title, "Invite a new member" and the tabs. */
export async function MembersHead({ workspace, current, here, dialog, admins }: Props) {
  const { slug, kind, permissions, memberCount } = workspace;
  const mayInvite = permissions.includes("member:invite");
  const waiting = await waitingHere(slug);
  const reason = inviteReason(kind, mayInvite, admins);
  const path = `/w/${slug}/members`;
  const count = (n: number) => (n > 0 ? formatUpTo(n, mostCounted) : undefined);
  return (
    <>
      <PageHeader
        title="Members"
        purpose="Manage your workspace members and their role."
        action={
          <>
            {!permissions.includes("member:manage") && (
              <DialogButton dialog="ask" href={`${path}?dialog=ask`}>
                Ask for another role
              </DialogButton>
            )}
            <DialogButton
              variant="primary"
              icon={<UserPlus />}
              dialog="invite"
              href={`${here}?dialog=invite`}
              disabledReason={reason}
            >
              Invite a new member
            </DialogButton>
          </>
        }
      />
      {waiting && (
        <Tabs
          label="People"
          current={current}
          tabs={[
            { name: "Members", href: path, count: formatNumber(memberCount) },
            { name: "Invitations", href: `${path}/invitations`, count: count(waiting.invitations) },
            { name: "Requests", href: `${path}/requests`, count: count(waiting.requests) },
            ...(permissions.includes("member:manage") ? [{ name: "Reviews", href: `${path}/reviews` }] : []),
          ]}
        />
      )}
      {!reason && <InviteDialog {...workspace} here={here} isOpen={dialog === "invite"} />}
    </>
  );
}

function inviteReason(kind: "personal" | "organization", mayInvite: boolean, admins: string[]): string | undefined {
  if (kind === "personal")
    return "A personal workspace has one member. Create one for your organization to invite others.";
  return mayInvite ? undefined : whoMay("member:invite", admins);
}
