import type { Metadata } from "next";
import { Card } from "@/app/_ui/card";
import { EmptyState } from "@/app/_ui/empty-state";
import { Flash } from "@/app/_ui/flash";
import { type QueryValue, readDialog, single } from "@/app/_ui/page-query";
import { whoMay } from "@/app/w/[workspace]/_shared/permission";
import { workspaceHere } from "@/app/w/[workspace]/_shared/workspace-here";
import { api } from "@/server/composition/caller";
import { JoinRequests } from "../_requests/join-requests";
import { RoleRequests } from "../_requests/role-requests";
import { MembersHead, waitingHere } from "../head";

export const metadata: Metadata = { title: "Requests" };

const news = new Map(
  Object.entries({
    approved: "They are in.",
    declined: "Request declined. The person has been told.",
    "role-given": "The member has the new role and has been told.",
  }),
);

type Props = { params: Promise<{ workspace: string }>; searchParams: Promise<Record<"dialog" | "done", QueryValue>> };

export default async function Requests({ params, searchParams }: Props) {
  const [{ workspace: slug }, query] = await Promise.all([params, searchParams]);
  const { members, joinRequests, roleRequests } = await api();
  const [workspace] = await Promise.all([workspaceHere(slug), waitingHere(slug)]);
  const mayInvite = workspace.permissions.includes("member:invite");
  const mayManage = workspace.permissions.includes("member:manage");
  const [admins, joining, roles] = await Promise.all([
    mayInvite && mayManage ? [] : members.admins({ workspace: slug }),
    mayInvite ? joinRequests.list({ workspace: slug }) : null,
    mayManage ? roleRequests.list({ workspace: slug }) : null,
  ]);
  const { dialog } = readDialog(single(query.dialog));
  const isEmpty = !joining?.total && !roles?.total;
  return (
    <>
      <Flash news={news} done={single(query.done)} />
      <MembersHead
        workspace={workspace}
        current="Requests"
        here={`/w/${slug}/members/requests`}
        dialog={dialog}
        admins={admins}
      />
      {joining && joining.total > 0 && <JoinRequests {...joining} slug={slug} defaultRole={workspace.defaultRole} />}
      {roles && roles.total > 0 && <RoleRequests {...roles} slug={slug} />}
      {isEmpty && (
        <Card>
          <EmptyState title="No requests">
            {mayInvite
              ? "People who ask to join, and members who ask for another role, are listed here."
              : whoMay("member:invite", admins)}
          </EmptyState>
        </Card>
      )}
    </>
  );
}
