import type { Metadata } from "next";
import { LinkButton } from "@/app/_ui/button";
import { Card } from "@/app/_ui/card";
import { EmptyState } from "@/app/_ui/empty-state";
import { PageHeader } from "@/app/_ui/page-header";
import { whoMay } from "@/app/w/[workspace]/_shared/permission";
import { RequestAccess } from "@/app/w/[workspace]/_shared/request-access";
import { workspaceHere } from "@/app/w/[workspace]/_shared/workspace-here";
import { api } from "@/server/composition/caller";
import { BulkForm } from "./bulk-form";

export const metadata: Metadata = { title: "Invite many" };

type Props = { params: Promise<{ workspace: string }> };

export default async function InviteMany({ params }: Props) {
  const { workspace: slug } = await params;
  const { members } = await api();
  const { kind, permissions } = await workspaceHere(slug);
  const mayInvite = permissions.includes("member:invite");
  const reason =
    kind === "personal"
      ? "A personal workspace has one member. Create one for your organization to invite others."
      : mayInvite
        ? null
        : whoMay("member:invite", await members.admins({ workspace: slug }));
  return (
    <>
      <PageHeader
        title="Invite many"
        purpose="Up to 1,000 people from a list. You see any problems before anything is sent."
        action={<LinkButton href={`/w/${slug}/members`}>Back to members</LinkButton>}
      />
      {reason === null ? (
        <Card>
          <BulkForm slug={slug} />
        </Card>
      ) : (
        <Card isFlush>
          <EmptyState
            title="You cannot invite members here"
            {...(mayInvite ? {} : { action: <RequestAccess slug={slug} permission="member:invite" /> })}
          >
            {reason}
          </EmptyState>
        </Card>
      )}
    </>
  );
}
