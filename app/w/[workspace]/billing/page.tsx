import type { Metadata } from "next";
import { Card } from "@/app/_ui/card";
import { EmptyState } from "@/app/_ui/empty-state";
import { FilterBar } from "@/app/_ui/filter-bar";
import { Flash } from "@/app/_ui/flash";
import { formatCount } from "@/app/_ui/format";
import { hiddenInks } from "@/app/_ui/hidden-inks";
import { PageHeader } from "@/app/_ui/page-header";
import {
  type ListQuery,
  listInput,
  pagerOf,
  partsOf,
  placeOf,
  readDialog,
  single,
  withQuery,
} from "@/app/_ui/page-query";
import { Pager } from "@/app/_ui/pager";
import { workspaceHere } from "@/app/w/[workspace]/_shared/workspace-here";
import { api } from "@/server/composition/caller";
import { whoMay } from "../_shared/permission";
import { RequestAccess } from "../_shared/request-access";
import { AlertsCard } from "./_alerts/alerts-card";
import { WebhookCard } from "./_alerts/webhook-card";
import { DefaultLimitsCard } from "./_limits/default-limits-card";
import { LimitCard } from "./_limits/limit-card";
import { LimitDialogs } from "./_limits/limit-dialogs";
import { MembersTable } from "./_spend/members-table";
import { ModelsCard } from "./_spend/models-card";
import { MonthCard } from "./_spend/month-card";
import { MonthsCard } from "./_spend/months-card";
import { PricesCard } from "./_spend/prices-card";

export const metadata: Metadata = { title: "Billing" };

const news = new Map(
  Object.entries({
    "limit-set": "Limit saved. It applies from the next request on.",
    "limit-removed": "Limit removed.",
    "member-limit-set": "The member's limit was saved.",
    "member-limit-removed": "The member's limit was removed.",
    "alerts-set": "Alerts saved.",
    "webhook-removed": "Webhook removed. Alerts are sent only by e-mail.",
  }),
);

type Props = {
  params: Promise<{ workspace: string }>;
  searchParams: Promise<
    ListQuery & { dialog?: string; done?: string; hide?: string | string[]; try?: string | string[] }
  >;
};

export default async function Billing({ params, searchParams }: Props) {
  const [{ workspace: slug }, query] = await Promise.all([params, searchParams]);
  const { dialog, about } = readDialog(query.dialog);
  const { members, billing, account } = await api();
  const typed = single(query.try)?.slice(0, 100);
  const [workspace, month, defaults, page, person] = await Promise.all([
    workspaceHere(slug),
    billing.get({ workspace: slug }),
    billing.defaultLimits({ workspace: slug }),
    billing.members({ workspace: slug, ...listInput(query) }),
    account.get(),
  ]);
  const member = page.rows.find(({ userId }) => userId === about);
  const tried =
    typed === undefined
      ? undefined
      : { typed, ...(await billing.tryLimit({ workspace: slug, limit: typed, userId: member?.userId })) };
  const mayManage = workspace.permissions.includes("limit:manage");
  const [admins, webhook] = await Promise.all([
    mayManage ? [] : members.admins({ workspace: slug }),
    mayManage ? billing.webhook({ workspace: slug }) : null,
  ]);
  const reason = mayManage ? undefined : whoMay("limit:manage", admins);
  const here = `/w/${slug}/billing`;
  const { currency, limit, spent } = month;
  const listQuery = { ...partsOf(query, ["q"]), ...placeOf(query) };
  const list = withQuery(here, listQuery);
  return (
    <>
      <Flash news={news} done={query.done} />
      <PageHeader
        title="Billing"
        purpose="What this workspace spends, and its spending limits."
        action={!mayManage && <RequestAccess slug={slug} permission="limit:manage" />}
      />
      <div className="flex flex-col gap-6">
        <MonthCard here={here} {...month} hidden={hiddenInks(query.hide)} />
        <LimitCard
          slug={slug}
          here={here}
          month={month.month}
          now={month.now}
          currency={currency}
          limit={limit}
          ceiling={month.ceiling}
          spent={spent}
          reason={reason}
          tried={member ? undefined : tried}
        />
        <ModelsCard slug={slug} currency={currency} models={month.models} />
        <MonthsCard here={here} currency={currency} months={month.months} />
        <DefaultLimitsCard slug={slug} currency={currency} {...defaults} reason={reason} />
        <AlertsCard slug={slug} thresholds={month.thresholds} hasLimit={limit !== null} reason={reason} />
        {mayManage && <WebhookCard slug={slug} webhook={webhook} />}
        <PricesCard currency={currency} models={month.models} prices={month.prices} />
        <Card
          id="members"
          isFlush
          title="Members"
          description={`${formatCount(page.total, "member")}. What their own keys spent this month.`}
          footer={<Pager {...pagerOf(here, partsOf(query, ["q"]), page, query, { total: page.total })} />}
        >
          <FilterBar action={here} label="Filter members" search={{ label: "Search members", value: query.q }} />
          {page.rows.length > 0 ? (
            <MembersTable
              slug={slug}
              rows={page.rows}
              list={list}
              ownId={person.id}
              currency={currency}
              reason={reason}
            />
          ) : (
            <EmptyState title="No members found">No member's name or address contains “{query.q}”.</EmptyState>
          )}
        </Card>
      </div>
      {mayManage && (
        <LimitDialogs
          slug={slug}
          here={here}
          list={list}
          listQuery={listQuery}
          dialog={dialog}
          currency={currency}
          limit={limit}
          spent={spent}
          member={member}
          month={month.month}
          now={month.now}
          tried={tried}
        />
      )}
    </>
  );
}
