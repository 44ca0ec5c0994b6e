import type { Metadata } from "next";
import { Flash } from "@/app/_ui/flash";
import { PageHeader } from "@/app/_ui/page-header";
import { type ListQuery, listInput, pagerOf, partsOf } from "@/app/_ui/page-query";
import { Pager } from "@/app/_ui/pager";
import { api } from "@/server/composition/caller";
import { mailStates } from "@/server/instance/mail/input";
import { QueueCard } from "./queue-card";
import { TestCard } from "./test-card";
import { WayOutCard } from "./way-out-card";

export const metadata: Metadata = { title: "Mail" };

const here = "/instance/mail";
const news = new Map(
  Object.entries({
    retried: "Waiting mail is tried again now.",
    soon: "Nothing to bring forward: what waits is due within a minute.",
  }),
);

type Props = { searchParams: Promise<ListQuery & { state?: string; done?: string }> };

export default async function InstanceMail({ searchParams }: Props) {
  const query = await searchParams;
  const state = mailStates.find((each) => each === query.state) ?? "waiting";
  const { after, before } = listInput(query);
  const { instance, account } = await api();
  const [{ wayOut, queue }, page, { email }] = await Promise.all([
    instance.mail(),
    instance.mails({ state, after, before }),
    account.get(),
  ]);
  return (
    <>
      <Flash news={news} done={query.done} />
      <PageHeader title="Mail" purpose="How mail leaves this instance, and what waits or failed." />
      <div className="flex flex-col gap-6">
        <WayOutCard {...wayOut} />
        <TestCard email={email} />
        <QueueCard
          {...queue}
          state={state}
          rows={page.rows}
          pager={<Pager {...pagerOf(here, partsOf(query, ["state"]), page, query, { size: 25 })} />}
        />
      </div>
    </>
  );
}
