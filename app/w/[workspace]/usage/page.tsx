import type { Metadata } from "next";
import { spanText } from "@/app/_shared/step-labels";
import { buttonClass, LinkButton } from "@/app/_ui/button";
import { Card } from "@/app/_ui/card";
import { EmptyState } from "@/app/_ui/empty-state";
import { hiddenInks } from "@/app/_ui/hidden-inks";
import { ChartNoAxesColumn, Download } from "@/app/_ui/icons";
import { PageHeader } from "@/app/_ui/page-header";
import { placeOf } from "@/app/_ui/page-query";
import { Pager } from "@/app/_ui/pager";
import { api } from "@/server/composition/caller";
import { SavedViews, savedViews } from "../_shared/saved-views";
import { Charts } from "./_reports/charts";
import { ClassesCard } from "./_reports/classes-card";
import { GroupsTable } from "./_reports/groups-table";
import { Tiles } from "./_reports/tiles";
import { withEndpoints } from "./_reports/with-endpoints";
import { LiveUpdates } from "./_requests/live-updates";
import { RequestsTable } from "./_requests/requests-table";
import { Filters } from "./filters";
import { UsageTabs } from "./tabs";
import { reportOf, selectionOf, unfiltered, type View, viewHref, viewOf } from "./view";

export const metadata: Metadata = { title: "Usage" };

type Props = {
  params: Promise<{ workspace: string }>;
  searchParams: Promise<Record<string, string | string[] | undefined>>;
};

export default async function Usage({ params, searchParams }: Props) {
  const [{ workspace: slug }, given] = await Promise.all([params, searchParams]);
  const view = viewOf(given, new Date());
  const here = `/w/${slug}/usage`;
  if (view.problem) return <Unclear slug={slug} here={here} view={view} />;
  const { usage } = await api();
  const [found, choices, recent, latest] = await Promise.all([
    usage.report({ workspace: slug, ...reportOf(view) }),
    usage.filters({ workspace: slug, ...selectionOf(view) }),
    usage.recent({ workspace: slug, ...selectionOf(view), ...placeOf(view.query) }),
    usage.latest({ workspace: slug }),
    savedViews(slug, "usage"),
  ]);
  const report = view.groupBy === "operation" ? withEndpoints(found) : found;
  const { span } = report;
  const isOpen = span.to.getTime() > Date.now();
  const isEmpty = report.totals.requests === 0;
  return (
    <>
      <PageHeader
        title="Usage"
        purpose="What this workspace's requests were: how many, how large, how fast, and what they cost."
        action={
          <>
            {isOpen && <LiveUpdates workspace={slug} latest={latest} />}
            {/* Not a page: the browser saves it. */}
            <a href={viewHref(`${here}/export`, view, {})} className={buttonClass({})}>
              <Download />
              Download CSV
            </a>
          </>
        }
      />
      <UsageTabs slug={slug} current="Usage" />
      <Filters
        here={here}
        view={view}
        days={{ from: isoDay(span.from), to: isoDay(new Date(span.to.getTime() - 1)) }}
        granularity={report.granularity}
        granularities={report.granularities}
        choices={choices}
      />
      <SavedViews slug={slug} list="usage" path={here} query={view.query} className="-mt-2 mb-6" />
      {isEmpty ? (
        <Card isFlush>
          <Nothing slug={slug} here={here} view={view} />
        </Card>
      ) : (
        <>
          <p className="mb-3 text-[0.8125rem] text-ink-soft">
            {spanText(span)} UTC, compared with {spanText(report.previousSpan)}
          </p>
          <Tiles report={report} range={view.range} before={`Compared with ${spanText(report.previousSpan)} UTC`} />
          <Charts report={report} hidden={hiddenInks(given.hide)} href={viewHref(here, view, placeOf(view.query))} />
          <ClassesCard totals={report.totals} previous={report.previous} />
          <GroupsTable report={report} here={here} view={view} />
          <Card
            isFlush
            title="Recent requests"
            footer={
              <Pager
                label="Pages of requests"
                previousHref={recent.previous ? viewHref(here, view, { before: recent.previous }) : undefined}
                nextHref={recent.next ? viewHref(here, view, { after: recent.next }) : undefined}
              />
            }
          >
            <RequestsTable rows={recent.rows} currency={recent.currency} />
          </Card>
        </>
      )}
    </>
  );
}

/** Draws the page for an invalid custom range; the form shows the error. */
async function Unclear({ slug, here, view }: { slug: string; here: string; view: View }) {
  const { usage } = await api();
  // Read without the filters first: an outsider gets "not found" before their filters are checked.
  const choices = await usage.filters({ workspace: slug, range: "30d" });
  return (
    <>
      <PageHeader
        title="Usage"
        purpose="What this workspace's requests were: how many, how large, how fast, and what they cost."
      />
      <UsageTabs slug={slug} current="Usage" />
      <Filters
        here={here}
        view={view}
        days={{ from: "", to: "" }}
        granularity={undefined}
        granularities={[]}
        choices={choices}
      />
    </>
  );
}

function Nothing({ slug, here, view }: { slug: string; here: string; view: View }) {
  if (view.isFiltered)
    return (
      <EmptyState
        title="Nothing matches"
        action={<LinkButton href={viewHref(here, view, unfiltered)}>Clear the filters</LinkButton>}
      >
        No requests in this range match these filters.
      </EmptyState>
    );
  return (
    <EmptyState
      icon={<ChartNoAxesColumn />}
      title="No requests in this range"
      action={<LinkButton href={`/w/${slug}`}>Make a first request</LinkButton>}
    >
      Every request with one of this workspace's keys is counted here, seconds after it is completed.
    </EmptyState>
  );
}

function isoDay(date: Date): string {
  return date.toISOString().slice(0, 10);
}
