import type { Metadata, Route } from "next";
import { notFound } from "next/navigation";
import { Card } from "@/app/_ui/card";
import { ConfirmDialog } from "@/app/_ui/confirm-dialog";
import { DialogButton } from "@/app/_ui/dialog-button";
import { EmptyState } from "@/app/_ui/empty-state";
import { formatMoney, formatNumber } from "@/app/_ui/format";
import { Link } from "@/app/_ui/link";
import { PageHeader } from "@/app/_ui/page-header";
import { placeOf, type QueryValue, readDialog, single, withQuery } from "@/app/_ui/page-query";
import { Pager } from "@/app/_ui/pager";
import { Table, TableCell, TableRow } from "@/app/_ui/table";
import { endUserName } from "@/app/w/[workspace]/_shared/end-user-name";
import { LimitsLink } from "@/app/w/[workspace]/_shared/limits-link";
import { monthName } from "@/app/w/[workspace]/_shared/month";
import { whoMay } from "@/app/w/[workspace]/_shared/permission";
import { workspaceHere } from "@/app/w/[workspace]/_shared/workspace-here";
import { oneEndUser } from "@/server/billing/end-users/input";
import { api } from "@/server/composition/caller";
import type { Outputs } from "@/server/composition/outputs";
import { RequestsTable } from "../../_requests/requests-table";
import { UsageTabs } from "../../tabs";
import { forgetEndUser } from "../actions";

export const metadata: Metadata = { title: "End user" };

type Props = {
  params: Promise<{ workspace: string; id: string }>;
  searchParams: Promise<Record<"dialog" | "after" | "before", QueryValue>>;
};

export default async function EndUserPage({ params, searchParams }: Props) {
  const [{ workspace: slug, id }, query] = await Promise.all([params, searchParams]);
  if (!oneEndUser.safeParse({ endUserId: id }).success) notFound();
  const { members, endUsers, usage } = await api();
  const place = placeOf({ after: single(query.after), before: single(query.before) });
  const [workspace, admins, found, recent] = await Promise.all([
    workspaceHere(slug),
    members.admins({ workspace: slug }),
    endUsers.get({ workspace: slug, endUserId: id }),
    usage.recent({ workspace: slug, range: "30d", endUser: id, ...place }),
  ]);
  const { days, months, currency, isForgotten, isUnnamed } = found;
  const mayChange = workspace.permissions.includes("workspace:update");
  const name = endUserName(id, found.name);
  const here = `/w/${slug}/usage/end-users/${id}`;
  const isKnown = !isForgotten && !isUnnamed;
  const purpose = isForgotten
    ? "The identity of this end user was deleted; its usage stays."
    : isUnnamed
      ? "Requests that named no end user."
      : "What this end user used, and what it may spend.";
  return (
    <>
      <PageHeader
        title={name}
        purpose={purpose}
        action={
          isKnown && (
            <DialogButton
              variant="danger"
              dialog="forget"
              href={withQuery(here, { dialog: "forget" })}
              disabledReason={mayChange ? undefined : whoMay("workspace:update", admins)}
            >
              Forget
            </DialogButton>
          )
        }
      />
      <UsageTabs slug={slug} current="End users" />
      <p className="mb-4 flex flex-wrap items-center gap-4">
        <Link href={`/w/${slug}/usage/end-users` as Route} className="text-ink-soft underline underline-offset-3">
          All end users
        </Link>
        {!isForgotten && <LimitsLink slug={slug} of={`end-user:${id}`} name={name} text="Limits" />}
      </p>
      <div className="flex flex-col gap-6">
        <div className="grid items-start gap-6 lg:grid-cols-2">
          <Spans
            title="By month"
            rows={months}
            currency={currency}
            nameOf={(period) => monthName(period.slice(0, 7))}
          />
          <Spans title="By day" rows={days} currency={currency} nameOf={(period) => period} />
        </div>
        <Card
          isFlush
          title="Requests of the last 30 days"
          footer={
            <Pager
              label="Pages of requests"
              previousHref={recent.previous ? withQuery(here, { before: recent.previous }) : undefined}
              nextHref={recent.next ? withQuery(here, { after: recent.next }) : undefined}
            />
          }
        >
          {recent.rows.length > 0 ? (
            <RequestsTable rows={recent.rows} currency={recent.currency} />
          ) : (
            <EmptyState title="No requests">None ended in the last 30 days.</EmptyState>
          )}
        </Card>
      </div>
      {mayChange && isKnown && (
        <ConfirmDialog
          id="forget"
          open={readDialog(single(query.dialog)).dialog === "forget"}
          title={`Forget ${name}?`}
          description="Its identity and its own limits are deleted. Its usage stays, under an anonymous number. A later request with the same name counts as a new end user. This cannot be undone."
          closeHref={here}
          action={forgetEndUser}
          fields={{ workspace: slug, endUserId: id }}
          submitLabel="Forget"
          pendingLabel="Forgetting…"
        />
      )}
    </>
  );
}

const columns = [
  { label: "Span" },
  { label: "Requests", align: "end" },
  { label: "Tokens", align: "end" },
  { label: "Cost", align: "end" },
] as const;

type SpansProps = {
  title: string;
  rows: Outputs["endUsers"]["get"]["days"];
  currency: string;
  nameOf: (period: string) => string;
};

/** Draws what was used, by the day or the month. */
function Spans({ title, rows, currency, nameOf }: SpansProps) {
  return (
    <Card isFlush title={title}>
      {rows.length > 0 ? (
        <Table label={title} columns={[...columns]} isList isCompact>
          {rows.map(({ period, requests, promptTokens, completionTokens, cost }) => (
            <TableRow key={period}>
              <TableCell kind="primary">{nameOf(period)}</TableCell>
              <TableCell label="Requests" align="end" className="figures">
                {formatNumber(requests)}
              </TableCell>
              <TableCell label="Tokens" align="end" className="figures">
                {formatNumber(promptTokens + completionTokens)}
              </TableCell>
              <TableCell label="Cost" align="end" isGlance className="figures whitespace-nowrap">
                {formatMoney(cost, currency)}
              </TableCell>
            </TableRow>
          ))}
        </Table>
      ) : (
        <EmptyState title="Nothing yet">No completed requests.</EmptyState>
      )}
    </Card>
  );
}
