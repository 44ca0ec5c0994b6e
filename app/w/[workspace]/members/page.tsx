import type { Metadata } from "next";
import { memberAvatarSrc } from "@/app/_shared/avatar-src";
import { Card } from "@/app/_ui/card";
import { DialogButton } from "@/app/_ui/dialog-button";
import { EmptyState } from "@/app/_ui/empty-state";
import { Flash } from "@/app/_ui/flash";
import { formatCount, formatUpTo } from "@/app/_ui/format";
import { UserPlus } from "@/app/_ui/icons";
import { PageHeader } from "@/app/_ui/page-header";
import { type ListQuery, listInput, pagerHrefs, partsOf, placeOf, readDialog, withQuery } from "@/app/_ui/page-query";
import { Pager } from "@/app/_ui/pager";
import { SearchBox } from "@/app/_ui/search-box";
import { roleText } from "@/server/access/permissions";
import { api } from "@/server/composition/caller";
import { mostCounted } from "@/server/members/input";
import { whoMay } from "../_shared/permission";
import { InviteDialog } from "./_invitations/invite-dialog";
import { PendingInvitations } from "./_invitations/pending-invitations";
import { MemberDialogs } from "./_list/member-dialogs";
import { MembersTable } from "./_list/members-table";
import { JoinRequests } from "./_requests/join-requests";
import { AskForRoleDialog, OwnRequest } from "./_requests/own-role";
import { RoleRequests } from "./_requests/role-requests";

export const metadata: Metadata = { title: "Members" };

const news = new Map(
  Object.entries({
    removed: "Member removed.",
    revoked: "Invitation revoked.",
    approved: "They are in.",
    declined: "Request declined. They have been told.",
    asked: "Your request is with the Admins.",
    withdrawn: "Your request is taken back.",
    "role-given": "They have the role. They have been told.",
  }),
);

type Props = {
  params: Promise<{ workspace: string }>;
  searchParams: Promise<ListQuery & { dialog?: string; done?: string }>;
};

export default async function Members({ params, searchParams }: Props) {
  const [{ workspace: slug }, query] = await Promise.all([params, searchParams]);
  const { workspaces, members, invitations, joinRequests, roleRequests, account } = await api();
  const [workspace, page, person] = await Promise.all([
    workspaces.get({ workspace: slug }),
    members.list({ workspace: slug, ...listInput(query) }),
    account.get(),
  ]);
  const mayInvite = workspace.permissions.includes("member:invite");
  const mayManage = workspace.permissions.includes("member:manage");
  const { dialog, about } = readDialog(query.dialog);
  const member = page.rows.find(({ userId }) => userId === about);
  const mayLeave = workspace.kind === "organization";
  const [pending, requests, admins, theirs, own, asked, ownRequest] = await Promise.all([
    mayInvite ? invitations.list({ workspace: slug }) : null,
    mayInvite ? joinRequests.list({ workspace: slug }) : null,
    mayInvite && mayManage ? [] : members.admins({ workspace: slug }),
    dialog === "remove" && member && mayManage ? members.belongings({ workspace: slug, userId: member.userId }) : null,
    dialog === "leave" && mayLeave ? members.ownBelongings({ workspace: slug }) : null,
    mayManage ? roleRequests.list({ workspace: slug }) : null,
    mayManage ? null : roleRequests.own({ workspace: slug }),
  ]);
  const here = `/w/${slug}/members`;
  // A dialog about a member on a later page, or found by a search, is requested there.
  const list = withQuery(here, { ...partsOf(query, ["q"]), ...placeOf(query) });
  const reason = inviteReason(workspace.kind, mayInvite, admins);
  return (
    <>
      <Flash news={news} done={query.done} />
      <PageHeader
        title="Members"
        purpose="Manage your workspace members and their role."
        action={
          <>
            {!mayManage && (
              <DialogButton dialog="ask" href={`${here}?dialog=ask`}>
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
      {requests && requests.total > 0 && <JoinRequests {...requests} slug={slug} defaultRole={workspace.defaultRole} />}
      {asked && asked.total > 0 && <RoleRequests rows={asked.rows} total={asked.total} slug={slug} />}
      {!mayManage && <OwnRequest request={ownRequest} role={workspace.role} slug={slug} />}
      <Card
        isFlush
        title="Manage members"
        description={
          query.q
            ? `${formatUpTo(page.matching, mostCounted)} of ${formatCount(page.total, "member")}`
            : formatCount(page.total, "member")
        }
        action={<SearchBox label="Search members" action={here} defaultValue={query.q ?? ""} />}
        footer={<Pager {...pagerHrefs(here, partsOf(query, ["q"]), page)} />}
      >
        {page.rows.length === 0 ? (
          <EmptyState title="No members found">No member's name or address contains “{query.q}”.</EmptyState>
        ) : (
          <MembersTable
            slug={slug}
            rows={page.rows.map(({ userId, name, email, avatar, role, lastActiveAt, endsAt, isByGroup }) => ({
              ...{ userId, name, email, lastActiveAt, endsAt, isByGroup },
              // Where there is none, nothing of it is sent.
              ...(avatar ? { picture: memberAvatarSrc(slug, { userId, avatar }) } : {}),
              roleName: roleText[role].name,
            }))}
            here={here}
            list={list}
            ownId={person.id}
            isPersonal={workspace.kind === "personal"}
            manageReason={mayManage ? undefined : whoMay("member:manage", admins)}
          />
        )}
      </Card>
      {pending && workspace.kind === "organization" && <PendingInvitations rows={pending} slug={slug} />}
      {!reason && <InviteDialog {...workspace} here={here} isOpen={query.dialog === "invite"} />}
      {!mayManage && (
        <AskForRoleDialog
          slug={slug}
          here={here}
          role={workspace.role}
          wanted={dialog === "ask" ? about : undefined}
          isOpen={dialog === "ask"}
        />
      )}
      <MemberDialogs
        slug={slug}
        here={list}
        dialog={dialog}
        about={about}
        mayManage={mayManage}
        member={member}
        workspaceName={workspace.name}
        theirs={theirs}
        own={own}
      />
    </>
  );
}

function inviteReason(kind: "personal" | "organization", mayInvite: boolean, admins: string[]): string | undefined {
  if (kind === "personal")
    return "A personal workspace has one member. Create one for your organization to invite others.";
  return mayInvite ? undefined : whoMay("member:invite", admins);
}
