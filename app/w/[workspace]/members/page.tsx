import type { Metadata } from "next";
import { memberAvatarSrc } from "@/app/_shared/avatar-src";
import { Card } from "@/app/_ui/card";
import { EmptyState } from "@/app/_ui/empty-state";
import { FilterBar } from "@/app/_ui/filter-bar";
import { Flash } from "@/app/_ui/flash";
import { formatCount } from "@/app/_ui/format";
import { chosenOf, matchingOf, orderOf, pagerOf, partsOf, placeOf, readDialog, withQuery } from "@/app/_ui/page-query";
import { Pager } from "@/app/_ui/pager";
import { roles, roleText } from "@/server/access/permissions";
import { api } from "@/server/composition/caller";
import type { Outputs, RowOf } from "@/server/composition/outputs";
import { whoMay } from "../_shared/permission";
import { SavedViews, savedViews, viewsInCard } from "../_shared/saved-views";
import { workspaceHere } from "../_shared/workspace-here";
import { MemberDialogs } from "./_list/member-dialogs";
import { listPart, type MemberQuery, memberInput, roleOf, sortOf } from "./_list/member-query";
import { MembersTable, type Row } from "./_list/members-table";
import { SelectionDialogs } from "./_list/selection-dialogs";
import { AskForRoleDialog, OwnRequest } from "./_requests/own-role";
import { MembersHead, waitingHere } from "./head";

export const metadata: Metadata = { title: "Members" };

const news = new Map(
  Object.entries({
    removed: "Member removed.",
    asked: "Your request was sent to the Admins.",
    withdrawn: "Your request was withdrawn.",
  }),
);

type Props = {
  params: Promise<{ workspace: string }>;
  searchParams: Promise<MemberQuery>;
};

export default async function Members({ params, searchParams }: Props) {
  const [{ workspace: slug }, query] = await Promise.all([params, searchParams]);
  const { members, roleRequests, account } = await api();
  const [workspace, page, person] = await Promise.all([
    workspaceHere(slug),
    members.list({ workspace: slug, ...memberInput(query) }),
    account.get(),
    savedViews(slug, "members"),
    waitingHere(slug),
  ]);
  const mayInvite = workspace.permissions.includes("member:invite");
  const mayManage = workspace.permissions.includes("member:manage");
  const { dialog, about } = readDialog(query.dialog);
  const member = page.rows.find(({ userId }) => userId === about);
  const mayLeave = workspace.kind === "organization";
  const chosen = mayManage && query.chosen ? chosenOf(page.rows, query.chosen, ({ userId }) => userId) : [];
  const changed = dialog === "role" && member && mayManage ? [member] : chosen;
  const [admins, theirs, own, ownRequest, impact] = await Promise.all([
    mayInvite && mayManage ? [] : members.admins({ workspace: slug }),
    dialog === "remove" && member && mayManage ? members.belongings({ workspace: slug, userId: member.userId }) : null,
    dialog === "leave" && mayLeave ? members.ownBelongings({ workspace: slug }) : null,
    mayManage ? null : roleRequests.own({ workspace: slug }),
    changed.length > 0 ? members.impact({ workspace: slug, userIds: changed.map(({ userId }) => userId) }) : null,
  ]);
  const here = `/w/${slug}/members`;
  // A dialog about a member opens on the page and search of the list where that member is.
  const kept = listPart(query);
  const list = withQuery(here, { ...kept, ...placeOf(query), ...partsOf(query, ["page"]) });
  const role = roleOf(query);
  return (
    <>
      <Flash news={news} done={query.done} />
      <MembersHead workspace={workspace} current="Members" here={here} dialog={dialog} admins={admins} />
      {!mayManage && <OwnRequest request={ownRequest} role={workspace.role} slug={slug} />}
      <Card
        isFlush
        title="Manage members"
        description={
          query.q || role
            ? `${matchingOf(page)} of ${formatCount(page.total, "member")}`
            : formatCount(page.total, "member")
        }
        footer={<Pager {...pagerOf(here, kept, page, query, { total: query.q || role ? undefined : page.total })} />}
      >
        <FilterBar
          action={here}
          label="Filter members"
          search={{ label: "Search members", value: query.q }}
          keep={partsOf(query, ["sort", "order"])}
          filters={[
            {
              label: "Role",
              name: "role",
              value: role,
              options: [
                { value: "", label: "All roles" },
                ...roles.map((each) => ({ value: each, label: roleText[each].name })),
              ],
            },
          ]}
        />
        <SavedViews slug={slug} list="members" path={here} query={kept} className={viewsInCard} />
        {page.rows.length === 0 ? (
          <EmptyState title="No members found">
            {query.q ? `No member's name or address contains “${query.q}”` : "No member has this role"}
            {query.q && role ? " among those with this role." : "."}
          </EmptyState>
        ) : (
          <MembersTable
            slug={slug}
            rows={page.rows.map((member) => rowOf(slug, member))}
            here={here}
            list={list}
            ownId={person.id}
            sorting={{ path: here, kept, sort: sortOf(query), otherwise: "joined", ...orderOf(query) }}
            isPersonal={workspace.kind === "personal"}
            manageReason={mayManage ? undefined : whoMay("member:manage", admins)}
          />
        )}
      </Card>
      {!mayManage && (
        <AskForRoleDialog
          slug={slug}
          here={here}
          role={workspace.role}
          wanted={dialog === "ask" ? about : undefined}
          isOpen={dialog === "ask"}
        />
      )}
      {mayManage && query.chosen && (
        <SelectionDialogs slug={slug} here={list} dialog={dialog} rows={chosen} impact={impact} />
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
        impact={impact}
      />
    </>
  );
}

/** Returns a member as a row of the table. */
function rowOf(slug: string, member: RowOf<Outputs["members"]["list"]>): Row {
  const { userId, name, email, avatar, role, lastActiveAt, endsAt, isByGroup } = member;
  const some = {
    ...(endsAt && { endsAt }),
    ...(isByGroup && { isByGroup }),
    ...(avatar && { picture: memberAvatarSrc(slug, { userId, avatar }) }),
  };
  const shown = [userId, name, email, roleText[role].name, lastActiveAt] as const;
  return Object.keys(some).length > 0 ? [...shown, some] : [...shown];
}
