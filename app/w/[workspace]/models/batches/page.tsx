import type { Metadata } from "next";
import { LinkButton } from "@/app/_ui/button";
import { Card } from "@/app/_ui/card";
import { EmptyState } from "@/app/_ui/empty-state";
import { FilterBar } from "@/app/_ui/filter-bar";
import { formatUpTo } from "@/app/_ui/format";
import { FileText, Plus } from "@/app/_ui/icons";
import { PageHeader } from "@/app/_ui/page-header";
import { orderOf, pagerOf, partsOf, totalOf } from "@/app/_ui/page-query";
import { Pager } from "@/app/_ui/pager";
import { Button } from "@/app/_ui/plain-button";
import { whoMay } from "@/app/w/[workspace]/_shared/permission";
import { RequestAccess } from "@/app/w/[workspace]/_shared/request-access";
import { workspaceHere } from "@/app/w/[workspace]/_shared/workspace-here";
import { mostCounted } from "@/server/batches/input";
import { api } from "@/server/composition/caller";
import { ModelTabs } from "../tabs";
import { type BatchQuery, filtersOf, listInput } from "./batch-query";
import { statusNames } from "./batch-words";
import { BatchesTable } from "./batches-table";

export const metadata: Metadata = { title: "Batches" };

type Props = { params: Promise<{ workspace: string }>; searchParams: Promise<BatchQuery> };

export default async function Batches({ params, searchParams }: Props) {
  const [{ workspace: slug }, query] = await Promise.all([params, searchParams]);
  const { members, batches } = await api();
  const [workspace, page] = await Promise.all([
    workspaceHere(slug),
    batches.list({ workspace: slug, ...listInput(query) }),
  ]);
  const mayUse = workspace.permissions.includes("model:use");
  const admins = mayUse ? [] : await members.admins({ workspace: slug });
  const path = `/w/${slug}/models/batches`;
  const kept = { ...filtersOf(query), ...partsOf(query, ["order"]) };
  const isFiltered = Object.keys(filtersOf(query)).length > 0;
  return (
    <>
      <PageHeader
        title="Models"
        purpose="What this workspace's programs and people may use."
        action={
          mayUse ? (
            <LinkButton variant="primary" icon={<Plus />} href={`${path}/new`}>
              New batch
            </LinkButton>
          ) : (
            <>
              <RequestAccess slug={slug} permission="model:use" />
              <Button variant="primary" icon={<Plus />} disabledReason={whoMay("model:use", admins)}>
                New batch
              </Button>
            </>
          )
        }
      />
      <ModelTabs slug={slug} current="Batches" />
      <Card
        isFlush
        title="Batches"
        description={`${formatUpTo(page.total, mostCounted)} ${page.total === 1 ? "batch" : "batches"}`}
        footer={
          <Pager
            label="Pages of batches"
            {...pagerOf(path, kept, page, query, {
              size: 25,
              total: totalOf(page.total, mostCounted, Object.keys(filtersOf(query)).length > 0),
            })}
          />
        }
      >
        {page.total > 0 && (
          <FilterBar
            action={path}
            label="Filter batches"
            keep={partsOf(query, ["order"])}
            filters={[
              {
                label: "Status",
                name: "status",
                value: query.status ?? "",
                options: [
                  { value: "", label: "All" },
                  ...Object.entries(statusNames).map(([value, [label]]) => ({ value, label })),
                ],
              },
            ]}
          />
        )}
        {page.rows.length > 0 ? (
          <BatchesTable
            path={path}
            rows={page.rows}
            currency={page.currency}
            sorting={{ path, kept, sort: "newest", otherwise: "newest", ...orderOf(query) }}
          />
        ) : isFiltered ? (
          <EmptyState title="No batch found" action={<LinkButton href={path}>Clear the filters</LinkButton>}>
            No batches match these filters.
          </EmptyState>
        ) : (
          <EmptyState
            icon={<FileText />}
            title="No batches yet"
            action={mayUse && <LinkButton href={`${path}/new`}>New batch</LinkButton>}
          >
            A batch sends the requests of a file one by one, within a day, and writes the answers to another file.
            Programs create batches with POST /v1/batches and a key that has the scope batches.
          </EmptyState>
        )}
      </Card>
    </>
  );
}
