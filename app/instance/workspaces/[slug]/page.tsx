import type { Metadata } from "next";
import { Badge } from "@/app/_ui/badge";
import { LinkButton } from "@/app/_ui/button";
import { Card } from "@/app/_ui/card";
import { Flash } from "@/app/_ui/flash";
import { formatExact, formatMoney, formatNumber, plainMoney } from "@/app/_ui/format";
import { PageHeader } from "@/app/_ui/page-header";
import { SectionedPage } from "@/app/_ui/section-index";
import { api } from "@/server/composition/caller";
import { CeilingRequests } from "../../_requests/ceiling-requests";
import { AllowanceCard } from "./allowance-card";
import { CeilingsCard } from "./ceilings-card";
import { DeleteCard, RestoreCard } from "./life-cards";
import { LookCard } from "./look-card";
import { SuspensionCard } from "./suspension-card";
import { UseCeilingsCard } from "./use-ceilings-card";

export const metadata: Metadata = { title: "A workspace of the instance" };

const groups = [
  { label: "Workspace", sections: [{ id: "summary", label: "Summary" }] },
  {
    label: "What it may use",
    sections: [
      { id: "ceilings", label: "Ceilings" },
      { id: "use-ceilings", label: "Ceilings on use" },
      { id: "models", label: "Models" },
    ],
  },
  { label: "Support", sections: [{ id: "look-inside", label: "Look inside" }] },
  {
    label: "Danger zone",
    sections: [
      { id: "suspend", label: "Suspend" },
      { id: "delete", label: "Delete" },
    ],
  },
];

const news = new Map(
  Object.entries({
    suspended: "Workspace suspended. Requests with its keys are refused.",
    "look-asked": "The Admins of the workspace were asked. You get an e-mail when one answers.",
    "look-ended": "You are no longer looking inside.",
    restored: "Workspace restored, with its members and keys.",
    resumed: "Workspace resumed. Its members and keys work as before.",
  }),
);

type Props = { params: Promise<{ slug: string }>; searchParams: Promise<{ done?: string }> };

export default async function InstanceWorkspace({ params, searchParams }: Props) {
  const [{ slug }, { done }] = await Promise.all([params, searchParams]);
  const { instance } = await api();
  const deleted = await instance.deletedWorkspace({ slug });
  if (deleted)
    return (
      <>
        <PageHeader
          title={deleted.name}
          purpose="This workspace is deleted."
          action={<LinkButton href="/instance/workspaces">All workspaces</LinkButton>}
        />
        <RestoreCard {...deleted} />
      </>
    );
  const workspace = await instance.workspace({ slug });
  const money = (micro: number | null) => (micro === null ? "none" : formatMoney(micro, workspace.currency));
  const typed = (micro: number | undefined) => (micro === undefined ? "" : plainMoney(micro));
  return (
    <>
      <Flash news={news} done={done} />
      <PageHeader
        title={workspace.name}
        purpose="What operators see of this workspace, and the maximum it may spend and use."
        action={<LinkButton href="/instance/workspaces">All workspaces</LinkButton>}
      />
      <SectionedPage groups={groups}>
        <Card id="summary" title="Summary">
          <dl className="grid grid-cols-[fit-content(40%)_minmax(0,1fr)] gap-x-6 gap-y-2">
            <Fact name="State">
              {workspace.suspendedAt ? <Badge tone="danger">Suspended</Badge> : <Badge tone="success">Active</Badge>}
            </Fact>
            <Fact name="Address">/w/{workspace.slug}</Fact>
            <Fact name="Kind">{workspace.kind === "personal" ? "Personal" : "Organization"}</Fact>
            <Fact name="Created">{formatExact(workspace.createdAt)}</Fact>
            <Fact name="Members">{formatNumber(workspace.members)}</Fact>
            <Fact name="Admins">
              {workspace.admins.length === 0
                ? "none"
                : workspace.admins.map(({ name, email }) => (email ? `${name} (${email})` : name)).join(", ")}
            </Fact>
            <Fact name="Spent this month">{money(workspace.spent)}</Fact>
            <Fact name="Monthly limit set by its Admins">{money(workspace.monthlyLimit)}</Fact>
          </dl>
        </Card>
        <CeilingRequests rows={workspace.requests} currency={workspace.currency} />
        <CeilingsCard
          slug={workspace.slug}
          currency={workspace.currency}
          spent={money(workspace.spent)}
          values={{
            day: typed(workspace.ceilings.day),
            week: typed(workspace.ceilings.week),
            month: typed(workspace.ceilings.month),
            total: typed(workspace.ceilings.total),
          }}
        />
        <UseCeilingsCard
          slug={workspace.slug}
          most={workspace.most}
          now={{ members: workspace.members, keys: workspace.atStake.keys }}
        />
        <AllowanceCard
          slug={workspace.slug}
          models={workspace.allowance.models?.join("\n") ?? ""}
          providers={workspace.allowance.providers?.join("\n") ?? ""}
          servers={workspace.servers}
        />
        <LookCard slug={workspace.slug} look={workspace.look} />
        <SuspensionCard
          slug={workspace.slug}
          suspendedAt={workspace.suspendedAt}
          reason={workspace.suspendedReason}
          atStake={workspace.atStake}
        />
        <DeleteCard slug={workspace.slug} name={workspace.name} />
      </SectionedPage>
    </>
  );
}

function Fact({ name, children }: { name: string; children: React.ReactNode }) {
  return (
    <div className="contents">
      <dt className="text-ink-faint">{name}</dt>
      <dd className="wrap-anywhere figures">{children}</dd>
    </div>
  );
}
