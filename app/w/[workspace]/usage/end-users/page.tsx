import type { Metadata, Route } from "next";
import { buttonClass } from "@/app/_ui/button";
import { Card } from "@/app/_ui/card";
import { EmptyState } from "@/app/_ui/empty-state";
import { Flash } from "@/app/_ui/flash";
import { Download } from "@/app/_ui/icons";
import { Link } from "@/app/_ui/link";
import { PageHeader } from "@/app/_ui/page-header";
import { placeOf, type QueryValue, single, withQuery } from "@/app/_ui/page-query";
import { Pager } from "@/app/_ui/pager";
import { monthName } from "@/app/w/[workspace]/_shared/month";
import { whoMay } from "@/app/w/[workspace]/_shared/permission";
import { RequestAccess } from "@/app/w/[workspace]/_shared/request-access";
import { workspaceHere } from "@/app/w/[workspace]/_shared/workspace-here";
import { oneMonth } from "@/server/billing/input";
import { api } from "@/server/composition/caller";
import { UsageTabs } from "../tabs";
import { EndUsersTable } from "./end-users-table";
import { FindForm } from "./find-form";
import { LimitsCard } from "./limits-card";
import { SettingsCard } from "./settings-card";

export const metadata: Metadata = { title: "End users" };

const news = new Map(Object.entries({ forgotten: "End user deleted. Its usage stays, under an anonymous number." }));

type Props = {
  params: Promise<{ workspace: string }>;
  searchParams: Promise<Record<"month" | "after" | "before" | "done", QueryValue>>;
};

export default async function EndUsers({ params, searchParams }: Props) {
  const [{ workspace: slug }, query] = await Promise.all([params, searchParams]);
  const { members, endUsers } = await api();
  const asked = oneMonth.safeParse({ month: single(query.month) });
  const [workspace, admins, settings, { rows, month, currency, previous, next }] = await Promise.all([
    workspaceHere(slug),
    members.admins({ workspace: slug }),
    endUsers.settings({ workspace: slug }),
    endUsers.list({
      workspace: slug,
      ...asked.data,
      ...placeOf({ after: single(query.after), before: single(query.before) }),
    }),
  ]);
  const mayChange = workspace.permissions.includes("workspace:update");
  const reason = mayChange ? undefined : whoMay("workspace:update", admins);
  const here = `/w/${slug}/usage/end-users`;
  const isCounted = settings.fields.length > 0;
  const atMonth = (more: Record<string, string>) => withQuery(here, { month, ...more });
  return (
    <>
      <Flash news={news} done={single(query.done)} />
      <PageHeader
        title="End users"
        purpose="The end users for whom programs make requests, what each of them costs, and what each may spend."
        action={
          <>
            {!mayChange && <RequestAccess slug={slug} permission="workspace:update" />}
            {/* Not a page: the browser saves it. */}
            <a href={`${here}/export?month=${month}`} className={buttonClass({})}>
              <Download />
              Download CSV
            </a>
          </>
        }
      />
      <UsageTabs slug={slug} current="End users" />
      <div className="flex flex-col gap-6">
        <Card
          isFlush
          title={`Spent in ${monthName(month)}`}
          description={
            <>
              Highest cost first, in UTC months.{" "}
              <Link
                href={withQuery(here, { month: monthAfter(month, -1) }) as Route}
                className="underline underline-offset-3"
              >
                {monthName(monthAfter(month, -1))}
              </Link>
              {month < new Date().toISOString().slice(0, 7) && (
                <>
                  {" · "}
                  <Link
                    href={withQuery(here, { month: monthAfter(month, 1) }) as Route}
                    className="underline underline-offset-3"
                  >
                    {monthName(monthAfter(month, 1))}
                  </Link>
                </>
              )}
            </>
          }
          footer={
            <Pager
              label="Pages of end users"
              previousHref={previous ? atMonth({ before: previous }) : undefined}
              nextHref={next ? atMonth({ after: next }) : undefined}
            />
          }
        >
          {rows.length > 0 ? (
            <EndUsersTable slug={slug} rows={rows} currency={currency} />
          ) : (
            <EmptyState title={isCounted ? "No end users yet" : "End users are not identified"}>
              {isCounted
                ? `No requests of end users were completed in ${monthName(month)}.`
                : "Choose below where requests name their end user. From the next request on, each end user is counted."}
            </EmptyState>
          )}
        </Card>
        <FindForm slug={slug} />
        <LimitsCard slug={slug} limits={settings.limits} currency={settings.currency} isCounted={isCounted} />
        <SettingsCard slug={slug} settings={settings} reason={reason} />
      </div>
    </>
  );
}

/** Returns a month so many after another: "2026-12". */
function monthAfter(month: string, months: number): string {
  const [year = 0, number = 1] = month.split("-").map(Number);
  return new Date(Date.UTC(year, number - 1 + months, 1)).toISOString().slice(0, 7);
}
