import type { Metadata, Route } from "next";
import Link from "next/link";
import { Badge } from "@/app/_ui/badge";
import { LinkButton } from "@/app/_ui/button";
import { Card } from "@/app/_ui/card";
import { CodeBlock } from "@/app/_ui/code-block";
import { formatMoney, formatNumber } from "@/app/_ui/format";
import { KeyRound, Terminal, UserPlus } from "@/app/_ui/icons";
import { PageHeader } from "@/app/_ui/page-header";
import { RelativeTime } from "@/app/_ui/time";
import { roleText } from "@/server/access/permissions";
import { api } from "@/server/composition/caller";
import { firstRequest } from "./_shared/first-request";
import { whyNoKey } from "./_shared/permission";
import { ConnectCard } from "./connect-card";

export const metadata: Metadata = { title: "Overview" };

export default async function Overview({ params }: { params: Promise<{ workspace: string }> }) {
  const { workspace: slug } = await params;
  const { workspaces, usage } = await api();
  const [workspace, summary, endpoint, month] = await Promise.all([
    workspaces.get({ workspace: slug }),
    workspaces.summary({ workspace: slug }),
    workspaces.endpoint({ workspace: slug }),
    usage.month({ workspace: slug }),
  ]);
  const may = (permission: (typeof workspace.permissions)[number]) => workspace.permissions.includes(permission);
  const isAlone = workspace.kind === "organization" && summary.members === 1;
  return (
    <>
      <PageHeader
        title={workspace.name}
        purpose={
          workspace.kind === "personal"
            ? "Your personal workspace: its keys and models are yours alone."
            : "Your organization's workspace: all members share its keys and models."
        }
      />
      <dl className="mb-8 grid gap-px overflow-hidden rounded-xl border border-hairline bg-hairline shadow-card sm:grid-cols-2 lg:grid-cols-4">
        <Fact label="Your role">
          <Badge tone="accent">{roleText[workspace.role].name}</Badge>
        </Fact>
        <Fact label="Members">{summary.members}</Fact>
        <Fact label="Live API keys">{summary.liveKeys}</Fact>
        <Fact label="Created">
          <RelativeTime date={workspace.createdAt} />
        </Fact>
      </dl>

      <section aria-labelledby="this-month" className="mb-8">
        <div className="mb-2.5 flex flex-wrap items-baseline justify-between gap-3">
          <h2 id="this-month" className="text-[0.9375rem]">
            This month
          </h2>
          <Link
            href={`/w/${slug}/usage?range=month` as Route}
            className="text-[0.8125rem] text-ink-soft underline decoration-hairline underline-offset-3 hover:text-ink hover:decoration-current"
          >
            See usage
          </Link>
        </div>
        <dl className="grid gap-px overflow-hidden rounded-xl border border-hairline bg-hairline shadow-card sm:grid-cols-3">
          <Fact label="Cost">{formatMoney(month.cost, month.currency)}</Fact>
          <Fact label="Requests">{formatNumber(month.requests)}</Fact>
          <Fact label="Tokens">{formatNumber(month.tokens)}</Fact>
        </dl>
      </section>

      <div className="flex flex-col gap-5">
        {may("member:invite") && isAlone && (
          <Step
            icon={<UserPlus />}
            title="Invite your team"
            action={
              <LinkButton href={`/w/${slug}/members?dialog=invite`} variant="primary">
                Invite members
              </LinkButton>
            }
          >
            You are the only member. The people you invite get a role, and see the workspace's models and keys.
          </Step>
        )}
        {whyNoKey(workspace, []) === undefined && summary.liveKeys === 0 && (
          <Step
            icon={<KeyRound />}
            title="Create an API key"
            action={
              <LinkButton href={`/w/${slug}/keys?dialog=create`} variant={isAlone ? "secondary" : "primary"}>
                Create a key
              </LinkButton>
            }
          >
            Programs use the workspace's models with a key. Its secret is shown once, when it is made.
          </Step>
        )}
        {may("key:create") && (
          <Card
            title="Make a first request"
            description={
              endpoint.model
                ? "Say hello to a model. Put your key where it says so."
                : "List the models this workspace can use. Put your key where it says so."
            }
          >
            <CodeBlock label="A first request" samples={firstRequest(endpoint.baseUrl, endpoint.model)} />
          </Card>
        )}
        {may("key:create") && <ConnectCard baseUrl={endpoint.baseUrl} />}
        {!may("key:create") && (
          <Step icon={<Terminal />} title={`You are here as ${roleText[workspace.role].name}`}>
            {roleText[workspace.role].purpose} To use models from programs, ask an Admin for the role Developer.
          </Step>
        )}
      </div>
    </>
  );
}

function Fact({ label, children }: { label: string; children: React.ReactNode }) {
  return (
    <div className="flex items-baseline justify-between gap-3 bg-surface px-4 py-3 sm:block md:px-5 md:py-4">
      <dt className="text-[0.8125rem] text-ink-faint">{label}</dt>
      <dd className="figures font-medium sm:mt-1">{children}</dd>
    </div>
  );
}

function Step({
  icon,
  title,
  action,
  children,
}: {
  icon: React.ReactNode;
  title: string;
  action?: React.ReactNode;
  children: React.ReactNode;
}) {
  return (
    <Card>
      <div className="flex flex-col gap-4 sm:flex-row sm:items-center">
        <span
          aria-hidden="true"
          className="grid size-11 shrink-0 place-items-center rounded-lg border border-hairline text-accent [&>svg]:size-5"
        >
          {icon}
        </span>
        <div className="min-w-0 flex-1">
          <h2 className="text-[0.9375rem]">{title}</h2>
          <p className="mt-0.5 text-pretty text-ink-soft">{children}</p>
        </div>
        {action}
      </div>
    </Card>
  );
}
