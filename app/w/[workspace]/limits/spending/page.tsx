import type { Metadata, Route } from "next";
import { notFound } from "next/navigation";
import { Flash } from "@/app/_ui/flash";
import { formatMoney } from "@/app/_ui/format";
import { Link } from "@/app/_ui/link";
import { Notice } from "@/app/_ui/notice";
import { PageHeader } from "@/app/_ui/page-header";
import { type QueryValue, readDialog, single } from "@/app/_ui/page-query";
import { whoMay } from "@/app/w/[workspace]/_shared/permission";
import { spendingHref } from "@/app/w/[workspace]/_shared/spending-href";
import { workspaceHere } from "@/app/w/[workspace]/_shared/workspace-here";
import { oneSubject } from "@/server/budgets/input";
import { api } from "@/server/composition/caller";
import { AskForRaise } from "./ask-for-raise";
import { SpanDialogs } from "./span-dialogs";
import { SpansCard } from "./spans-card";
import { TryCard } from "./try-card";
import { ownerName, perSpan, spanOptions, whyFixed } from "./words";

export const metadata: Metadata = { title: "Spending limits" };

const news = new Map(
  Object.entries({
    set: "Limit saved. It applies from the next request on.",
    removed: "Limit removed.",
    raised: "Limit raised. The raise ends automatically.",
    "raise-ended": "The raise was ended.",
    asked: "Request sent.",
  }),
);

type Query = { of?: string; span?: string; dialog?: string; try?: string; wanted?: string; done?: string };
type Props = {
  params: Promise<{ workspace: string }>;
  searchParams: Promise<Record<keyof Query, string | string[] | undefined>>;
};

const one = (value: QueryValue) => single(value)?.slice(0, 300);

export default async function SpendingLimits({ params, searchParams }: Props) {
  const [{ workspace: slug }, query] = await Promise.all([params, searchParams]);
  const of = one(query.of) || "workspace";
  if (!oneSubject.safeParse({ of }).success) notFound();
  const asked = spanOptions.find(({ value }) => value === one(query.span))?.value;
  const { dialog, about } = readDialog(one(query.dialog));
  const { members, budgets } = await api();
  const [workspace, found] = await Promise.all([workspaceHere(slug), budgets.get({ workspace: slug, of })]);
  const { kind, spans, inherited, now, currency, mayManage } = found;
  const isOfEndUsers = kind === "end-users" || kind === "end-user";
  const span = asked ?? "month";
  const typed = one(query.try)?.slice(0, 100);
  const tried =
    typed === undefined || isOfEndUsers
      ? undefined
      : { typed, ...(await budgets.try({ workspace: slug, of, span, limit: typed })) };
  const admins = mayManage ? [] : await members.admins({ workspace: slug });
  const reason = mayManage ? undefined : whoMay("limit:manage", admins);
  const owner = ownerName(found);
  return (
    <>
      <Flash news={news} done={one(query.done)} />
      <PageHeader
        title="Spending limits"
        purpose={
          <span className="wrap-anywhere">
            {kind === "ceiling"
              ? `How much the operators allow ${workspace.name} to spend`
              : `What ${owner} may spend in ${workspace.name}`}
            , by day, week, month and in total.
          </span>
        }
      />
      <p className="mb-4 flex flex-wrap items-center gap-4">
        <Link href={`/w/${slug}/limits` as Route} className="text-ink-soft underline underline-offset-3">
          Rate limits
        </Link>
        {isOfEndUsers && (
          <Link href={`/w/${slug}/usage/end-users` as Route} className="text-ink-soft underline underline-offset-3">
            End users
          </Link>
        )}
        <Link href={`/w/${slug}/billing` as Route} className="text-ink-soft underline underline-offset-3">
          Billing
        </Link>
      </p>
      <div className="flex flex-col gap-6">
        <SpansCard {...{ slug, of, kind, spans, currency, reason }} shown={asked} />
        {inherited.length > 0 && (
          <Notice title="The limits of each end user apply">
            {inherited.map(({ span, limit }) => `${formatMoney(limit, currency)} ${perSpan[span]}`).join(", ")}, unless
            other limits are set here.{" "}
            <Link href={spendingHref(slug, "end-users") as Route} className="underline underline-offset-3">
              Limits of each end user
            </Link>
          </Notice>
        )}
        {(!mayManage || kind === "ceiling") && !isOfEndUsers && (
          <AskForRaise
            {...{ slug, of, spans, currency }}
            shown={asked}
            isForOperators={mayManage && kind === "ceiling"}
          />
        )}
        {!isOfEndUsers && (
          <TryCard
            {...{ slug, of, span, currency, now, tried }}
            canSave={mayManage && whyFixed(kind, span) === undefined}
          />
        )}
      </div>
      {mayManage && (
        <SpanDialogs {...{ slug, of, kind, owner, spans, currency, now, dialog, about }} wanted={one(query.wanted)} />
      )}
    </>
  );
}
