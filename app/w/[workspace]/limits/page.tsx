import type { Metadata } from "next";
import { LinkButton } from "@/app/_ui/button";
import { Card } from "@/app/_ui/card";
import { DialogButton } from "@/app/_ui/dialog-button";
import { EmptyState } from "@/app/_ui/empty-state";
import { FilterBar } from "@/app/_ui/filter-bar";
import { Flash } from "@/app/_ui/flash";
import { formatCount, formatCountUpTo, formatExact, formatMoney } from "@/app/_ui/format";
import { Gauge, Plus } from "@/app/_ui/icons";
import { Link } from "@/app/_ui/link";
import { Notice } from "@/app/_ui/notice";
import { PageHeader } from "@/app/_ui/page-header";
import { type ListQuery, listInput, pagerOf, partsOf, readDialog, single } from "@/app/_ui/page-query";
import { Pager } from "@/app/_ui/pager";
import { workspaceHere } from "@/app/w/[workspace]/_shared/workspace-here";
import { api } from "@/server/composition/caller";
import { mostCounted } from "@/server/keys/list/input";
import { LimitsLink } from "../_shared/limits-link";
import { whoMay } from "../_shared/permission";
import { RequestAccess } from "../_shared/request-access";
import { AskForRate } from "./_rates/ask-for-rate";
import { KeysTable } from "./_rates/keys-table";
import { LiveFill, LiveMeter, LiveState } from "./_rates/live-fill";
import { RateDialogs } from "./_rates/rate-dialogs";
import { RatesTable } from "./_rates/rates-table";
import { AskForCount, CountsCard } from "./counts-card";
import { OwnRequests } from "./requests/own-requests";

export const metadata: Metadata = { title: "Rate limits" };

const news = new Map(Object.entries({ set: "Limit set.", removed: "Limit removed.", asked: "Request sent." }));

type Props = {
  params: Promise<{ workspace: string }>;
  searchParams: Promise<
    ListQuery & { dialog?: string; done?: string; of?: string | string[]; measure?: string | string[] }
  >;
};

export default async function RateLimits({ params, searchParams }: Props) {
  const [{ workspace: slug }, query] = await Promise.all([params, searchParams]);
  const { dialog, about } = readDialog(query.dialog);
  const { members, limits, models, budgets } = await api();
  const asked = { workspace: slug, ...listInput(query) };
  const [workspace, current, keys, counts] = await Promise.all([
    workspaceHere(slug),
    limits.get({ workspace: slug }),
    limits.keys(asked),
    budgets.ceilings({ workspace: slug }),
  ]);
  const mayManage = workspace.permissions.includes("limit:manage");
  const [admins, waiting, own, used, usable] = await Promise.all([
    mayManage ? [] : members.admins({ workspace: slug }),
    mayManage ? budgets.requests({ workspace: slug }) : { rows: [] },
    budgets.ownRequests({ workspace: slug }),
    mayManage ? limits.models({ workspace: slug }) : [],
    mayManage ? models.choices({ workspace: slug }) : [],
  ]);
  // The link of a refusal may name a key that is on another page of the list.
  const of = single(query.of);
  const linkedId = !mayManage && of?.startsWith("key:") ? of.slice("key:".length) : undefined;
  const linked =
    linkedId && !keys.rows.some(({ id }) => id === linkedId)
      ? (await limits.keys({ workspace: slug, search: linkedId.slice(0, 12) })).rows.filter(({ id }) => id === linkedId)
      : [];
  const limitable = [...new Set([...used, ...usable.map(({ id }) => id)])];
  const reason = mayManage ? undefined : whoMay("limit:manage", admins);
  const here = `/w/${slug}/limits`;
  return (
    <LiveFill asked={asked}>
      <Flash news={news} done={query.done} />
      <PageHeader
        title="Rate limits"
        purpose="The limits per minute and per month, and how much of each is used right now."
        action={
          <>
            {!mayManage && <RequestAccess slug={slug} permission="limit:manage" />}
            <DialogButton
              variant="primary"
              icon={<Plus />}
              dialog="set"
              href={`${here}?dialog=set`}
              disabledReason={reason}
            >
              Set a limit
            </DialogButton>
          </>
        }
      />
      <div className="flex flex-col gap-6">
        {waiting.rows.length > 0 && (
          <Notice
            action={<LinkButton href={`${here}/requests`}>Answer</LinkButton>}
            title={`${formatCount(waiting.rows.length, "request")} of members for more`}
          />
        )}
        <OwnRequests slug={slug} rows={own} />
        <Card
          isFlush
          title="The workspace"
          description="For all keys together. A request counts against the limit of its model and against the one for all models."
          action={<LiveState asOf={formatExact(current.now)} />}
        >
          {current.rates.length > 0 || current.ceiling ? (
            <RatesTable rows={current.rates} ceiling={current.ceiling} here={here} reason={reason} />
          ) : (
            <EmptyState icon={<Gauge />} title="No limits per minute">
              {mayManage
                ? "Requests go through as fast as the model server answers. Set a limit with the button above."
                : "Requests go through as fast as the model server answers."}
            </EmptyState>
          )}
        </Card>
        {counts.length > 0 && <CountsCard counts={counts} />}
        <Card title="Spend this month" description="Including the maximum cost of requests in progress.">
          <dl className="grid gap-5 md:grid-cols-2">
            <Monthly term="The workspace" name="workspace" {...current.monthly.workspace} currency={current.currency} />
            <Monthly
              term="You, with keys of your own"
              name="own"
              {...current.monthly.own}
              currency={current.currency}
            />
          </dl>
          <p className="mt-4 flex flex-wrap gap-4">
            <LimitsLink slug={slug} of="workspace" text="Limits of the workspace by day, by week and in total" />
            <LimitsLink slug={slug} of={`member:${current.ownId}`} text="Your own limits" />
          </p>
        </Card>
        <Card
          isFlush
          title={keys.isAll ? "Keys" : "Your keys"}
          description={`${formatCountUpTo(keys.total, mostCounted, "key")}. Per-key limits, in addition to the workspace's.`}
          footer={<Pager {...pagerOf(here, partsOf(query, ["q"]), keys, query)} />}
        >
          <FilterBar action={here} label="Filter keys" search={{ label: "Search keys", value: query.q }} />
          {keys.rows.length > 0 ? (
            <KeysTable slug={slug} rows={keys.rows} currency={current.currency} />
          ) : query.q ? (
            <EmptyState title="No key found">No key's name contains “{query.q}”.</EmptyState>
          ) : (
            <EmptyState title="No keys">
              {keys.isAll ? "This workspace has no keys yet." : "You have not created any keys in this workspace."}
            </EmptyState>
          )}
        </Card>
        <AskForRate
          slug={slug}
          rates={current.rates}
          ceiling={current.ceiling}
          keys={[...linked, ...keys.rows]}
          isForOperators={mayManage}
          of={of}
          measure={single(query.measure)}
        />
        <AskForCount slug={slug} counts={counts} isForOperators={mayManage} measure={single(query.measure)} />
        <Card title="When a request is refused">
          <p className="max-w-160 text-pretty text-ink-soft">
            It gets the status <code className="font-mono text-[0.8125rem]">429</code>, or{" "}
            <code className="font-mono text-[0.8125rem]">402</code> when a spending limit is used up, a sentence that
            names the limit, and in <code className="font-mono text-[0.8125rem]">Retry-After</code> the seconds to wait.
            The headers of every answer say how much is left.{" "}
            <Link href="/help#rate-limits" className="text-accent-ink underline underline-offset-2">
              The headers, and what to do
            </Link>
          </p>
        </Card>
      </div>
      {mayManage && (
        <RateDialogs
          slug={slug}
          here={here}
          dialog={dialog}
          row={current.rates.find(({ model }) => model === about)}
          models={limitable}
        />
      )}
    </LiveFill>
  );
}

type MonthlyProps = {
  term: string;
  name: string;
  spent: number;
  reserved: number;
  limit: number | null;
  currency: string;
};

function Monthly({ term, name, spent, reserved, limit, currency }: MonthlyProps) {
  return (
    <div>
      <dt className="mb-1 font-medium">{term}</dt>
      <dd>
        {limit === null ? (
          <p className="figures text-[0.8125rem]">
            {formatMoney(spent + reserved, currency)} <span className="text-ink-faint">· No limit</span>
          </p>
        ) : (
          <LiveMeter
            name={`spend of ${name}`}
            label={`Spend this month, ${term}`}
            used={spent + reserved}
            max={limit}
            currency={currency}
          />
        )}
      </dd>
    </div>
  );
}
