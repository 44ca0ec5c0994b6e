import type { Metadata, Route } from "next";
import { PlainPage } from "@/app/_shared/plain-page";
import { hasIcon, WorkspaceIcon } from "@/app/_shared/workspace-icon";
import { LinkButton } from "@/app/_ui/button";
import { Card } from "@/app/_ui/card";
import { EmptyState } from "@/app/_ui/empty-state";
import { Flash } from "@/app/_ui/flash";
import { Inbox as InboxIcon } from "@/app/_ui/icons";
import { Link } from "@/app/_ui/link";
import { PageHeader } from "@/app/_ui/page-header";
import { type QueryValue, single } from "@/app/_ui/page-query";
import { api } from "@/server/composition/caller";
import { condense } from "./condense";
import { InvitationItem } from "./invitation-item";
import { OperatorItems } from "./operator-items";
import { WaitingItem } from "./waiting-item";

export const metadata: Metadata = { title: "Inbox" };

const news = new Map(
  Object.entries({
    joined: "Approved. The person is now a member and has been told.",
    "role-given": "The member has the new role and has been told.",
    approved: "Approved. It applies from now on, and the member gets an e-mail.",
    forwarded: "The operators were asked. The member gets an e-mail with their answer.",
    declined: "Declined. The person has been told.",
    "invitation-declined": "You declined the invitation.",
  }),
);

type Props = { searchParams: Promise<{ done?: QueryValue }> };

export default async function Inbox({ searchParams }: Props) {
  const [{ done }, { account }] = await Promise.all([searchParams, api()]);
  const { invitations, groups, operator, isCut, currency } = await account.inbox();
  return (
    <PlainPage>
      <Flash news={news} done={single(done)} />
      <PageHeader
        title="Inbox"
        purpose="Tasks for you in your workspaces, and invitations to other workspaces."
        action={
          <LinkButton href="/account#mails" variant="secondary">
            Choose e-mails
          </LinkButton>
        }
      />
      <div className="flex flex-col gap-6">
        {invitations.length > 0 && (
          <Card isFlush title="Invitations">
            <ul className="divide-y divide-hairline">
              {invitations.map((offer) => (
                <InvitationItem key={offer.id} offer={offer} />
              ))}
            </ul>
          </Card>
        )}
        {operator.requests.length + operator.outages.length > 0 && <OperatorItems {...operator} />}
        {groups
          .map(({ workspace, items }) => ({ workspace, ...condense(items) }))
          .map(({ workspace, shown, cut }) => (
            <section
              key={workspace.slug}
              aria-label={workspace.name}
              className="rounded-xl border border-hairline bg-surface shadow-card"
            >
              <h2 className="border-hairline border-b px-4 py-3.5 text-[0.9375rem] md:px-5">
                <Link
                  href={`/w/${workspace.slug}` as Route}
                  className="inline-flex max-w-full items-center gap-2.5 hover:underline hover:underline-offset-3"
                >
                  {hasIcon(workspace) && <WorkspaceIcon workspace={workspace} size="sm" />}
                  <span className="truncate">{workspace.name}</span>
                </Link>
              </h2>
              <ul className="divide-y divide-hairline">
                {shown.map((item) => (
                  <WaitingItem
                    key={`${item.kind} ${keyOf(item)}`}
                    item={item}
                    workspace={workspace}
                    currency={currency}
                  />
                ))}
                {cut.map(({ kind, count, page, text }) => (
                  <li key={kind} className="px-4 py-3 ps-11.5 md:px-5 md:ps-12.5">
                    <Link
                      href={`/w/${workspace.slug}${page}` as Route}
                      className="text-[0.8125rem] text-ink-soft underline underline-offset-3 hover:text-ink"
                    >
                      All {count}
                      {isCut && "+"} {text}
                    </Link>
                  </li>
                ))}
              </ul>
            </section>
          ))}
        {isCut && (
          <p className="text-ink-soft">The latest of each kind are shown. You find the others in the workspaces.</p>
        )}
        {invitations.length + groups.length + operator.requests.length + operator.outages.length === 0 && (
          <Card>
            <EmptyState icon={<InboxIcon />} title="Your inbox is empty">
              Requests that you can answer, access reviews, your keys that expire soon, and limits that are nearly
              reached are listed here.
            </EmptyState>
          </Card>
        )}
      </div>
    </PlainPage>
  );
}

type Item = Parameters<typeof WaitingItem>[0]["item"];

/** Returns a key that distinguishes items of one kind. */
function keyOf(item: Item): string {
  if (item.kind === "server") return item.name;
  return item.kind === "spend" ? `${item.of} ${item.span}` : item.id;
}
