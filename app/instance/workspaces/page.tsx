import type { Metadata, Route } from "next";
import Link from "next/link";
import { Badge } from "@/app/_ui/badge";
import { LinkButton } from "@/app/_ui/button";
import { Card } from "@/app/_ui/card";
import { EmptyState } from "@/app/_ui/empty-state";
import { FilterForm, FilterSelect } from "@/app/_ui/filter-form";
import { formatMoney, formatNumber } from "@/app/_ui/format";
import { PageHeader } from "@/app/_ui/page-header";
import { Pager } from "@/app/_ui/pager";
import { SearchBox } from "@/app/_ui/search-box";
import { Table, TableCell, TableRow } from "@/app/_ui/table";
import { RelativeTime } from "@/app/_ui/time";
import { api } from "@/server/composition/caller";
import { workspaceSorts, workspaceStates } from "@/server/instance/workspaces/input";
import { keptOf, type ListQuery, listInput, pageHref, without } from "../list-view";

export const metadata: Metadata = { title: "Workspaces of the instance" };

const here = "/instance/workspaces";
const columns: Parameters<typeof Table>[0]["columns"] = [
  { label: "Workspace" },
  { label: "Members", align: "end" },
  { label: "Spent this month", align: "end" },
  { label: "Ceiling", align: "end" },
  { label: "Created" },
];

export default async function InstanceWorkspaces({ searchParams }: { searchParams: Promise<ListQuery> }) {
  const query = await searchParams;
  const input = listInput(query, workspaceSorts, workspaceStates);
  const page = await (await api()).instance.workspaces(input);
  const kept = keptOf(query);
  return (
    <>
      <PageHeader
        title="Workspaces"
        purpose="Every workspace here by name, with what it spends. What is in one, its members alone see."
      />
      <Card
        isFlush
        title="All workspaces"
        description={page.isMore ? "More match: type more of the name." : undefined}
        action={
          <SearchBox
            label="Search workspaces"
            placeholder="Beginning of a name"
            action={here}
            defaultValue={query.q ?? ""}
            keep={without(kept, "q")}
          />
        }
        footer={
          <Pager
            previousHref={pageHref(here, query, "before", page.previous)}
            nextHref={pageHref(here, query, "after", page.next)}
          />
        }
      >
        {!query.q && (
          <div className="border-hairline border-b px-4 py-3 md:px-5">
            <FilterForm action={here} keep={without(kept, "sort", "state")} label="Filters">
              <FilterSelect
                label="Sort by"
                name="sort"
                value={input.sort}
                options={[
                  { value: "newest", label: "Newest" },
                  { value: "name", label: "Name" },
                  { value: "members", label: "Members" },
                ]}
              />
              <FilterSelect
                label="State"
                name="state"
                value={input.state}
                options={[
                  { value: "all", label: "All" },
                  { value: "suspended", label: "Suspended" },
                ]}
              />
            </FilterForm>
          </div>
        )}
        {page.rows.length === 0 ? (
          <EmptyState title="No workspaces found" action={<LinkButton href={here}>Show all workspaces</LinkButton>}>
            No workspace passes this search and these filters.
          </EmptyState>
        ) : (
          <Table label="Workspaces" columns={columns}>
            {page.rows.map((row) => (
              <TableRow key={row.id}>
                <TableCell kind="primary">
                  <Link
                    href={`${here}/${row.slug}` as Route}
                    className="font-medium underline-offset-3 hover:underline"
                  >
                    {row.name}
                  </Link>{" "}
                  {row.kind === "personal" && <Badge>Personal</Badge>}
                  {row.suspendedAt && <Badge tone="danger">Suspended</Badge>}
                </TableCell>
                <TableCell label="Members" align="end">
                  {formatNumber(row.members)}
                </TableCell>
                <TableCell label="Spent this month" align="end">
                  {formatMoney(row.spent, page.currency)}
                </TableCell>
                <TableCell label="Ceiling" align="end" className={row.ceiling === null ? "text-ink-faint" : ""}>
                  {row.ceiling === null ? "none" : formatMoney(row.ceiling, page.currency)}
                </TableCell>
                <TableCell label="Created">
                  <RelativeTime date={row.createdAt} />
                </TableCell>
              </TableRow>
            ))}
          </Table>
        )}
      </Card>
    </>
  );
}
