import type { Metadata } from "next";
import { Flash } from "@/app/_ui/flash";
import { PageHeader } from "@/app/_ui/page-header";
import { api } from "@/server/composition/caller";
import { workspaceSorts, workspaceStates } from "@/server/instance/workspaces/input";
import { ListCard } from "../_list/list-card";
import { type InstanceListQuery, instanceListInput } from "../_list/list-query";
import { WorkspacesTable } from "./workspaces-table";

export const metadata: Metadata = { title: "Workspaces of the instance" };

const news = new Map(
  Object.entries({
    suspended: "Suspended. Requests with their keys are refused.",
    resumed: "Resumed. Their members and keys work as before.",
    deleted: "Workspace deleted. For 30 days it can be restored.",
  }),
);
const here = "/instance/workspaces";

export default async function InstanceWorkspaces({
  searchParams,
}: {
  searchParams: Promise<InstanceListQuery & { done?: string }>;
}) {
  const query = await searchParams;
  const input = instanceListInput(query, workspaceSorts, workspaceStates);
  const page = await (await api()).instance.workspaces(input);
  return (
    <>
      <Flash news={news} done={query.done} />
      <PageHeader
        title="Workspaces"
        purpose="All workspaces by name, with what they spend. Only its members see what is in a workspace."
      />
      <ListCard
        noun="workspaces"
        searchHint="Beginning of a name"
        here={here}
        query={query}
        sort={{
          value: input.sort,
          options: { newest: "Newest", name: "Name", members: "Members", spend: "Spend this month", used: "Last use" },
        }}
        state={{ value: input.state, options: { all: "All", suspended: "Suspended", deleted: "Deleted" } }}
        page={page}
      >
        <WorkspacesTable rows={page.rows} here={here} currency={page.currency} />
      </ListCard>
    </>
  );
}
