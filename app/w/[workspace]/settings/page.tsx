import type { Metadata } from "next";
import { LinkButton } from "@/app/_ui/button";
import { Card } from "@/app/_ui/card";
import { TextField } from "@/app/_ui/field";
import { Flash } from "@/app/_ui/flash";
import { HiddenFields } from "@/app/_ui/hidden-fields";
import { Notice } from "@/app/_ui/notice";
import { PageHeader } from "@/app/_ui/page-header";
import { SectionedPage } from "@/app/_ui/section-index";
import { SettingForm } from "@/app/_ui/setting-form";
import { workspaceHere } from "@/app/w/[workspace]/_shared/workspace-here";
import { api } from "@/server/composition/caller";
import { whoMay } from "../_shared/permission";
import { RequestAccess } from "../_shared/request-access";
import { Domains } from "./_joining/domains";
import { GroupsCard } from "./_joining/groups-card";
import { InviteLinkCard } from "./_joining/invite-link";
import { JoinPageCard } from "./_joining/join-page";
import { NewcomersCard } from "./_joining/newcomers-card";
import { ExpiredMemberKeysCard } from "./_keys/expired-member-keys";
import { KeyPolicyCard } from "./_keys/key-policy";
import { LookCard } from "./_look/look-card";
import { ReviewsCard } from "./_reviews/reviews-card";
import { AddressCard } from "./_workspace/address-card";
import { DeleteCard } from "./_workspace/delete-card";
import { IconCard } from "./_workspace/icon-card";
import { ResponsesCard } from "./_workspace/responses-card";
import { sectionsOf } from "./_workspace/sections";
import { renameWorkspace } from "./actions";

export const metadata: Metadata = { title: "Settings" };

const news = new Map(
  Object.entries({
    moved: "The workspace has moved. Its old address leads here.",
    restored: "The workspace was restored, with its members and keys as before.",
    "domain-open": "Added. People with an address there can ask to join.",
    "domain-added": "Added. Add the TXT record to your DNS, then check it.",
    "domain-removed": "Domain removed.",
    "look-granted": "The operator can look inside for an hour. End it here at any time.",
    "look-declined": "Declined. The operator is told by e-mail.",
    "look-ended": "The operator can no longer look inside.",
    "link-made": "The invite link is on.",
    "link-ended": "The invite link is off.",
  }),
);

type Props = {
  params: Promise<{ workspace: string }>;
  searchParams: Promise<{ done?: string; dialog?: string; domain?: string }>;
};

export default async function Settings({ params, searchParams }: Props) {
  const [{ workspace: slug }, query] = await Promise.all([params, searchParams]);
  const { workspaces, members, domains, groupRules, joining, inviteLinks, keys, looks, reviews } = await api();
  const [workspace, keyPolicy, ofExpiredMembers] = await Promise.all([
    workspaceHere(slug),
    keys.policy({ workspace: slug }),
    members.expiredMemberKeyAction({ workspace: slug }),
  ]);
  const mayUpdate = workspace.permissions.includes("workspace:update");
  const admins = mayUpdate ? [] : await members.admins({ workspace: slug });
  const mayDelete = workspace.permissions.includes("workspace:delete");
  const plan = mayDelete && query.dialog === "delete" ? await workspaces.deletionPlan({ workspace: slug }) : null;
  const isOpenable =
    workspace.kind === "organization" &&
    workspace.permissions.includes("domain:manage") &&
    workspace.permissions.includes("member:invite");
  const [list, page, link, groups] = isOpenable
    ? await Promise.all([
        domains.list({ workspace: slug }),
        joining.pageSetting({ workspace: slug }),
        inviteLinks.get({ workspace: slug }),
        groupRules.list({ workspace: slug }),
      ])
    : [null, null, null, null];
  const lookRows = workspace.permissions.includes("member:manage") ? await looks.list({ workspace: slug }) : null;
  const reviewPlan =
    mayUpdate && workspace.permissions.includes("member:manage") && workspace.kind === "organization"
      ? await reviews.plan({ workspace: slug })
      : null;
  const hasProviders = workspace.permissions.includes("provider:manage");
  const mayNot = mayUpdate ? undefined : whoMay("workspace:update", admins);
  return (
    <>
      <Flash news={news} done={query.done} />
      <PageHeader title="Settings" purpose="The name of the workspace, and who may join without an invitation." />
      <SectionedPage
        groups={sectionsOf({
          mayUpdate,
          isOrganization: workspace.kind === "organization",
          isOpenable,
          hasProviders,
          hasLooks: lookRows !== null,
        })}
      >
        <Card id="name" title="Name">
          {mayUpdate ? (
            <SettingForm action={renameWorkspace} saves="name">
              <HiddenFields values={{ workspace: slug }} />
              <TextField
                label="Workspace name"
                name="name"
                defaultValue={workspace.name}
                maxLength={60}
                autoComplete="organization"
                required
              />
            </SettingForm>
          ) : (
            <Notice role="note" action={<RequestAccess slug={slug} permission="workspace:update" />}>
              {whoMay("workspace:update", admins)}
            </Notice>
          )}
        </Card>
        {mayUpdate && <AddressCard slug={slug} />}
        {mayUpdate && <IconCard workspace={workspace} />}
        {reviewPlan && <ReviewsCard slug={slug} nextAt={reviewPlan.nextAt} />}
        {mayUpdate && workspace.kind === "organization" && <NewcomersCard {...workspace} />}
        {groups && groups.length > 0 && <GroupsCard slug={slug} rules={groups} />}
        {list && (
          <Domains
            slug={slug}
            rows={list}
            removing={query.dialog === "remove-domain" ? list.find(({ id }) => id === query.domain) : undefined}
          />
        )}
        {list && <InviteLinkCard slug={slug} link={link} />}
        {page && <JoinPageCard slug={slug} isOpen={page.isOpen} />}
        <KeyPolicyCard
          keyCreators={workspace.keyCreators}
          slug={slug}
          maximumDays={keyPolicy.maximumDays}
          reason={mayNot}
        />
        {workspace.kind === "organization" && (
          <ExpiredMemberKeysCard slug={slug} action={ofExpiredMembers.keys} reason={mayNot} />
        )}
        <ResponsesCard slug={slug} days={workspace.responseDays} reason={mayNot} />
        {hasProviders && (
          <Card
            id="providers"
            title="Model providers"
            description="Servers added by this workspace. Their models are available only in this workspace."
          >
            <div>
              <LinkButton href={`/w/${slug}/settings/providers`}>Manage model providers</LinkButton>
            </div>
          </Card>
        )}
        {lookRows && <LookCard slug={slug} rows={lookRows} />}
        <DeleteCard
          slug={slug}
          name={workspace.name}
          plan={plan}
          reason={mayDelete ? undefined : whoMay("workspace:delete", admins)}
        />
      </SectionedPage>
    </>
  );
}
