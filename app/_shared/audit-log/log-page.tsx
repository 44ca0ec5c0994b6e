import type { ComponentProps, ReactNode } from "react";
import { buttonClass, LinkButton } from "@/app/_ui/button";
import { Card } from "@/app/_ui/card";
import { EmptyState } from "@/app/_ui/empty-state";
import { Download, ScrollText } from "@/app/_ui/icons";
import { PageHeader } from "@/app/_ui/page-header";
import { orderOf, pagerOf } from "@/app/_ui/page-query";
import { Pager } from "@/app/_ui/pager";
import { type EventRow, EventsTable } from "./events-table";
import { type Choices, Filters } from "./filters";
import { VerifyCard } from "./verify-card";
import { type View, viewHref } from "./view";

/** Draws the page of an audit log: its filters, a page of its events, its download and its verification. */
export function AuditLogPage({
  purpose,
  empty,
  here,
  view,
  page,
  choices,
  hrefOf,
  verify,
  views,
}: {
  purpose: string;
  /** The text while the log is empty. */
  empty: string;
  here: string;
  view: View;
  page: { rows: EventRow[]; currency: string; previous: string | null; next: string | null };
  choices: Choices;
  hrefOf: ComponentProps<typeof EventsTable>["hrefOf"];
  verify: ComponentProps<typeof VerifyCard>;
  /** Shown beside the filters. */
  views?: ReactNode;
}) {
  const people = new Map(choices.people.map(({ id, name }) => [id, name ?? "A removed person"]));
  const { after, before, page: _, ...kept } = view.query;
  const isNarrowed = view.isFiltered || after || before;
  return (
    <>
      <PageHeader
        title="Audit log"
        purpose={purpose}
        action={
          <>
            {/* Plain links, because these are files that the browser saves, not pages. */}
            {["csv", "jsonl"].map((format) => (
              <a key={format} href={exportHref(here, view, format)} className={buttonClass({})}>
                <Download />
                Download {format.toUpperCase()}
              </a>
            ))}
          </>
        }
      />
      <Filters here={here} view={view} choices={choices} />
      {views}
      <div className="flex flex-col gap-6">
        <Card
          isFlush
          title="Events"
          footer={<Pager label="Pages of events" {...pagerOf(here, kept, page, view.query)} />}
        >
          {page.rows.length > 0 ? (
            <EventsTable
              rows={page.rows}
              hrefOf={hrefOf}
              here={here}
              context={{ people, currency: page.currency }}
              sorting={{ path: here, kept, sort: "when", otherwise: "when", ...orderOf(view.query) }}
            />
          ) : isNarrowed ? (
            <EmptyState title="No matching events" action={<LinkButton href={here}>Clear the filters</LinkButton>}>
              No events match these filters.
            </EmptyState>
          ) : (
            <EmptyState icon={<ScrollText />} title="No events yet">
              {empty}
            </EmptyState>
          )}
        </Card>
        <VerifyCard {...verify} />
      </div>
    </>
  );
}

function exportHref(here: string, view: View, format: string): string {
  const href = viewHref(`${here}/export`, view, {});
  return `${href}${href.includes("?") ? "&" : "?"}format=${format}`;
}
