import type { Metadata } from "next";
import { Flash } from "@/app/_ui/flash";
import { PageHeader } from "@/app/_ui/page-header";
import { type ListQuery, listInput, pagerOf, partsOf, placeOf, withQuery } from "@/app/_ui/page-query";
import { Pager } from "@/app/_ui/pager";
import { api } from "@/server/composition/caller";
import { mailStates } from "@/server/instance/mail/input";
import { QueueCard } from "./queue-card";
import { SettingsCard } from "./settings-card";
import { SuppressedCard } from "./suppressed-card";
import { TestCard } from "./test-card";
import { WayOutCard } from "./way-out-card";

export const metadata: Metadata = { title: "Mail" };

const here = "/instance/mail";
const news = new Map(
  Object.entries({
    set: "Saved. A test was sent to you, and mail is sent this way from now on.",
    untested: "Saved without a test. Mail is sent this way from now on.",
    removed: "Mail settings removed.",
    retried: "Waiting mail is tried again now.",
    allowed: "Mail is sent to that address again.",
    soon: "Nothing to retry: all waiting mail is due within a minute.",
  }),
);

type Query = ListQuery & { state?: string; done?: string; suppressedAfter?: string; suppressedBefore?: string };
type Props = { searchParams: Promise<Query> };

export default async function InstanceMail({ searchParams }: Props) {
  const query = await searchParams;
  const state = mailStates.find((each) => each === query.state) ?? "waiting";
  const { after, before } = listInput(query);
  const { instance, account } = await api();
  const [{ queue, ...route }, page, suppressed, { email }] = await Promise.all([
    instance.mail(),
    instance.mails({ state, after, before }),
    instance.suppressedAddresses(placeOf({ after: query.suppressedAfter, before: query.suppressedBefore })),
    account.get(),
  ]);
  return (
    <>
      <Flash news={news} done={query.done} />
      <PageHeader title="Mail" purpose="How this instance sends mail, and which mail is waiting or failed." />
      <div className="flex flex-col gap-6">
        <WayOutCard {...route} />
        <TestCard email={email} />
        {route.variableInForce === null && (
          <SettingsCard
            set={route.set}
            isUnreadable={route.wayOut.kind === "none" && route.wayOut.setBy === "operators"}
          />
        )}
        <QueueCard
          {...queue}
          state={state}
          rows={page.rows}
          pager={<Pager {...pagerOf(here, partsOf(query, ["state"]), page, query, { size: 25 })} />}
        />
        <SuppressedCard
          rows={suppressed.rows}
          pager={
            <Pager
              label="Pages of suppressed addresses"
              {...(suppressed.previous && { previousHref: withQuery(here, { suppressedBefore: suppressed.previous }) })}
              {...(suppressed.next && { nextHref: withQuery(here, { suppressedAfter: suppressed.next }) })}
            />
          }
        />
      </div>
    </>
  );
}
