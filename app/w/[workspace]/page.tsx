import type { Metadata } from "next";
import { Card } from "@/app/_ui/card";
import { formatCount, formatCountUpTo } from "@/app/_ui/format";
import { Terminal } from "@/app/_ui/icons";
import { PageHeader } from "@/app/_ui/page-header";
import { RelativeTime } from "@/app/_ui/time";
import { workspaceHere } from "@/app/w/[workspace]/_shared/workspace-here";
import { roleText } from "@/server/access/permissions";
import { api } from "@/server/composition/caller";
import { mostCounted } from "@/server/keys/list/input";
import { Activity } from "./_overview/activity";
import { KeysCard } from "./_overview/keys-card";
import { LatestCard } from "./_overview/latest-card";
import { MonthCard } from "./_overview/month-card";
import { NewcomersCard } from "./_overview/newcomers-card";
import { SetupCard } from "./_overview/setup-card";
import { ConnectCard, StartCards } from "./_overview/start-cards";

export const metadata: Metadata = { title: "Overview" };

export default async function Overview({ params }: { params: Promise<{ workspace: string }> }) {
  const { workspace: slug } = await params;
  const { workspaces } = await api();
  const [workspace, overview, endpoint] = await Promise.all([
    workspaceHere(slug),
    workspaces.overview({ workspace: slug }),
    workspaces.endpoint({ workspace: slug }),
  ]);
  const { currency, month, days, latest, keys, members, newcomers, setup, hasRequests } = overview;
  const mayUse = workspace.permissions.includes("key:create");
  const role = roleText[workspace.role];
  return (
    <>
      <PageHeader
        title={workspace.name}
        purpose={
          workspace.kind === "personal"
            ? "Your personal workspace: only you can use its keys and models."
            : "Your organization's workspace: all members share its keys and models."
        }
      />
      <div className="flex flex-col gap-5">
        {setup.length > 0 && (
          <SetupCard slug={slug} steps={setup} mayHide={!workspace.isViewedAs && workspace.suspendedAt === null} />
        )}
        {hasRequests ? (
          <>
            <div className="grid gap-5 lg:grid-cols-[minmax(0,1fr)_minmax(0,1.6fr)]">
              <MonthCard slug={slug} month={month} currency={currency} />
              <Activity days={days} />
            </div>
            <div className="grid items-start gap-5 lg:grid-cols-[minmax(0,1.6fr)_minmax(0,1fr)]">
              <div className="flex flex-col gap-5">
                <LatestCard slug={slug} currency={currency} requests={latest} />
                {members > 1 && <NewcomersCard slug={slug} members={members} newcomers={newcomers} />}
              </div>
              <KeysCard slug={slug} keys={keys} />
            </div>
            {mayUse && <ConnectCard endpoint={endpoint} />}
          </>
        ) : (
          mayUse && <StartCards endpoint={endpoint} />
        )}
        {!mayUse && (
          <Card>
            <div className="flex items-start gap-4">
              <span
                aria-hidden="true"
                className="grid size-11 shrink-0 place-items-center rounded-lg border border-hairline text-accent"
              >
                <Terminal className="size-5" />
              </span>
              <div className="min-w-0 flex-1">
                <h2 className="text-[0.9375rem]">You are here as {role.name}</h2>
                <p className="mt-0.5 text-pretty text-ink-soft">
                  {role.purpose} To use models from programs, ask an Admin for the role Developer.
                  {!hasRequests &&
                    " No model has been used yet: spend, requests and errors appear here after the first request."}
                </p>
              </div>
            </div>
          </Card>
        )}
        <p className="text-[0.8125rem] text-ink-faint">
          Your role is {role.name} · {formatCount(members, "member")} ·{" "}
          {formatCountUpTo(keys.live, mostCounted, "live key")} · Created <RelativeTime date={workspace.createdAt} />
        </p>
      </div>
    </>
  );
}
