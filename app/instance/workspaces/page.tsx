import type { Metadata } from "next";
import { Flash } from "@/app/_ui/flash";
import { PageHeader } from "@/app/_ui/page-header";
import { orderOf } from "@/app/_ui/page-query";
import { api } from "@/server/composition/caller";
import { workspaceSorts, workspaceStates } from "@/server/instance/workspaces/input";
import { ListCard } from "../_list/list-card";
import { type InstanceListQuery, instanceListInput, keptOf } from "../_list/list-query";
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
        state={{ value: input.state, options: { all: "All", suspended: "Suspended", deleted: "Deleted" } }}
        page={page}
      >
        <WorkspacesTable
          rows={page.rows}
          here={here}
          currency={page.currency}
          sorting={
            query.q
              ? undefined
              : { path: here, kept: keptOf(query), sort: input.sort, otherwise: "newest", ...orderOf(query) }
          }
        />
      </ListCard>
    </>
  );
}
