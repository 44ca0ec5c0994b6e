import type { Metadata } from "next";
import { LinkButton } from "@/app/_ui/button";
import { Card } from "@/app/_ui/card";
import { EmptyState } from "@/app/_ui/empty-state";
import { FilterBar } from "@/app/_ui/filter-bar";
import { formatCountUpTo } from "@/app/_ui/format";
import { Plus, Sparkles } from "@/app/_ui/icons";
import { PageHeader } from "@/app/_ui/page-header";
import { orderOf, pagerOf, partsOf, totalOf } from "@/app/_ui/page-query";
import { Pager } from "@/app/_ui/pager";
import { Button } from "@/app/_ui/plain-button";
import { whoMay } from "@/app/w/[workspace]/_shared/permission";
import { RequestAccess } from "@/app/w/[workspace]/_shared/request-access";
import { workspaceHere } from "@/app/w/[workspace]/_shared/workspace-here";
import { api } from "@/server/composition/caller";
import { mostCounted } from "@/server/fine-tuning/input";
import { ModelTabs } from "../tabs";
import { filtersOf, type JobQuery, listInput } from "./job-query";
import { statusNames } from "./job-words";
import { JobsTable } from "./jobs-table";

export const metadata: Metadata = { title: "Fine-tuning jobs" };

type Props = { params: Promise<{ workspace: string }>; searchParams: Promise<JobQuery> };

export default async function Jobs({ params, searchParams }: Props) {
  const [{ workspace: slug }, query] = await Promise.all([params, searchParams]);
  const { members, fineTuning } = await api();
  const [workspace, page] = await Promise.all([
    workspaceHere(slug),
    fineTuning.list({ workspace: slug, ...listInput(query) }),
  ]);
  const mayTune = workspace.permissions.includes("model:fine-tune");
  const admins = mayTune ? [] : await members.admins({ workspace: slug });
  const path = `/w/${slug}/models/jobs`;
  const kept = { ...filtersOf(query), ...partsOf(query, ["order"]) };
  const isFiltered = Object.keys(filtersOf(query)).length > 0;
  return (
    <>
      <PageHeader
        title="Models"
        purpose="What this workspace's programs and people may use."
        action={
          mayTune ? (
            <LinkButton variant="primary" icon={<Plus />} href={`${path}/new`}>
              New fine-tuning job
            </LinkButton>
          ) : (
            <>
              <RequestAccess slug={slug} permission="model:fine-tune" />
              <Button variant="primary" icon={<Plus />} disabledReason={whoMay("model:fine-tune", admins)}>
                New fine-tuning job
              </Button>
            </>
          )
        }
      />
      <ModelTabs slug={slug} current="Fine-tuning jobs" />
      <Card
        isFlush
        title="Fine-tuning jobs"
        description={formatCountUpTo(page.total, mostCounted, "job")}
        footer={
          <Pager
            label="Pages of jobs"
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
            label="Filter jobs"
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
              {
                label: "Base model",
                name: "model",
                value: query.model ?? "",
                options: [{ value: "", label: "All" }, ...page.models.map((model) => ({ value: model, label: model }))],
              },
              {
                label: "Created by",
                name: "mine",
                value: query.mine ?? "",
                options: [
                  { value: "", label: "All creators" },
                  { value: "1", label: "Me" },
                ],
              },
            ]}
          />
        )}
        {page.rows.length > 0 ? (
          <JobsTable
            path={path}
            rows={page.rows}
            currency={page.currency}
            sorting={{ path, kept, sort: "newest", otherwise: "newest", ...orderOf(query) }}
          />
        ) : isFiltered ? (
          <EmptyState title="No job found" action={<LinkButton href={path}>Clear the filters</LinkButton>}>
            No jobs match these filters.
          </EmptyState>
        ) : (
          <EmptyState
            icon={<Sparkles />}
            title="No fine-tuning jobs yet"
            action={mayTune && <LinkButton href={`${path}/new`}>New fine-tuning job</LinkButton>}
          >
            Fine-tuning trains a copy of a base model on your own examples. The new model belongs to this workspace:
            only its members and keys can use it.
          </EmptyState>
        )}
      </Card>
    </>
  );
}
