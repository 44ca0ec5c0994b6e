import type { Metadata } from "next";
import { buttonClass, LinkButton } from "@/app/_ui/button";
import { Card } from "@/app/_ui/card";
import { EmptyState } from "@/app/_ui/empty-state";
import { Download, ScrollText } from "@/app/_ui/icons";
import { PageHeader } from "@/app/_ui/page-header";
import { Pager } from "@/app/_ui/pager";
import { EventsTable } from "@/app/audit-log/events-table";
import { Filters } from "@/app/audit-log/filters";
import { VerifyCard } from "@/app/audit-log/verify-card";
import { filtersOf, viewHref, viewOf } from "@/app/audit-log/view";
import { api } from "@/server/composition/caller";
import { verify } from "./actions";

export const metadata: Metadata = { title: "Audit log of the instance" };

const here = "/instance/audit";

type Props = { searchParams: Promise<Record<string, string | string[] | undefined>> };

export default async function InstanceAudit({ searchParams }: Props) {
  const view = viewOf(await searchParams);
  const { instance } = await api();
  const { after, before } = view.query;
  const [page, choices] = await Promise.all([
    instance.auditList({ ...filtersOf(view), ...(after ? { after } : before ? { before } : {}) }),
    instance.auditChoices(),
  ]);
  const people = new Map(choices.people.map(({ id, name }) => [id, name ?? "A removed person"]));
  const exportHref = (format: string) => {
    const href = viewHref(`${here}/export`, view, {});
    return `${href}${href.includes("?") ? "&" : "?"}format=${format}`;
  };
  return (
    <>
      <PageHeader
        title="Audit log"
        purpose="What the operators did at this instance, when and from where. Nothing in it can be changed."
        action={
          <>
            {/* Not pages: the browser saves them. */}
            {["csv", "jsonl"].map((format) => (
              <a key={format} href={exportHref(format)} className={buttonClass({})}>
                <Download />
                Download {format.toUpperCase()}
              </a>
            ))}
          </>
        }
      />
      <Filters here={here} view={view} choices={choices} />
      <div className="flex flex-col gap-6">
        <Card
          isFlush
          title="Events"
          footer={
            <Pager
              label="Pages of events"
              previousHref={page.previous ? viewHref(here, view, { before: page.previous }) : undefined}
              nextHref={page.next ? viewHref(here, view, { after: page.next }) : undefined}
            />
          }
        >
          {page.rows.length > 0 ? (
            <EventsTable
              rows={page.rows}
              hrefOf={() => undefined}
              here={here}
              sayings={{ people, currency: page.currency }}
            />
          ) : view.isFiltered || after || before ? (
            <EmptyState title="Nothing matches" action={<LinkButton href={here}>Clear the filters</LinkButton>}>
              No event passes these filters.
            </EmptyState>
          ) : (
            <EmptyState icon={<ScrollText />} title="Nothing happened yet">
              What operators change at this instance is written down here: who, when and from where.
            </EmptyState>
          )}
        </Card>
        <VerifyCard action={verify} values={{}} />
      </div>
    </>
  );
}
