import type { Metadata, Route } from "next";
import { Card } from "@/app/_ui/card";
import { EmptyState } from "@/app/_ui/empty-state";
import { Flash } from "@/app/_ui/flash";
import { Link } from "@/app/_ui/link";
import { PageHeader } from "@/app/_ui/page-header";
import { single } from "@/app/_ui/page-query";
import { workspaceHere } from "@/app/w/[workspace]/_shared/workspace-here";
import { api } from "@/server/composition/caller";
import { OwnRequests } from "./own-requests";
import { RequestCard } from "./request-card";

export const metadata: Metadata = { title: "Limit requests" };

const news = new Map(
  Object.entries({
    asked: "Request sent.",
    approved: "Approved. It applies from now on, and the member gets an e-mail.",
    forwarded: "The operators were asked. The member gets an e-mail with their answer.",
    declined: "Declined. The member gets an e-mail.",
    withdrawn: "Request withdrawn.",
  }),
);

type Props = { params: Promise<{ workspace: string }>; searchParams: Promise<{ done?: string | string[] }> };

export default async function LimitRequests({ params, searchParams }: Props) {
  const [{ workspace: slug }, query] = await Promise.all([params, searchParams]);
  const { budgets } = await api();
  const [workspace, own] = await Promise.all([workspaceHere(slug), budgets.ownRequests({ workspace: slug })]);
  const mayAnswer = workspace.permissions.includes("limit:manage");
  const waiting = mayAnswer ? await budgets.requests({ workspace: slug }) : { rows: [], total: 0, currency: "" };
  return (
    <>
      <Flash news={news} done={single(query.done)} />
      <PageHeader title="Limit requests" purpose="What members ask for: higher limits, models and a higher ceiling." />
      <p className="mb-4">
        <Link href={`/w/${slug}/limits` as Route} className="text-ink-soft underline underline-offset-3">
          Rate limits
        </Link>
      </p>
      <div className="flex flex-col gap-6">
        {waiting.rows.map((row) => (
          <RequestCard key={row.id} slug={slug} row={row} currency={waiting.currency} />
        ))}
        {waiting.total > waiting.rows.length && waiting.rows.length > 0 && (
          <p className="text-ink-soft">
            {waiting.rows.length} of {waiting.total} requests are shown, the oldest first.
          </p>
        )}
        <OwnRequests slug={slug} rows={own} />
        {waiting.rows.length === 0 && own.length === 0 && (
          <Card>
            <EmptyState title="No requests wait">
              When a member reaches a limit, they can ask for a higher one there. Their requests are shown here.
            </EmptyState>
          </Card>
        )}
      </div>
    </>
  );
}
