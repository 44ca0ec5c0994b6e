import type { Metadata } from "next";
import { LinkButton } from "@/app/_ui/button";
import { Card } from "@/app/_ui/card";
import { EmptyState } from "@/app/_ui/empty-state";
import { Flash } from "@/app/_ui/flash";
import { Plus } from "@/app/_ui/icons";
import { Notice } from "@/app/_ui/notice";
import { PageHeader } from "@/app/_ui/page-header";
import { api } from "@/server/composition/caller";
import { OwnProvidersCard } from "./own-providers-card";
import { EnvironmentTable, ProvidersTable } from "./tables";

export const metadata: Metadata = { title: "Model providers" };

const news = new Map(
  Object.entries({
    added: "Provider added. Its test worked.",
    untested: "Provider added without a test.",
    removed: "Provider deleted. Calls to it have ended.",
  }),
);

export default async function InstanceProviders({ searchParams }: { searchParams: Promise<{ done?: string }> }) {
  const { done } = await searchParams;
  const found = await (await api()).instance.providers();
  const { providers, environment, variable } = found;
  const unreadable = providers.filter(({ isKeyUnreadable }) => isKeyUnreadable).map(({ name }) => name);
  const overshadowed = providers.filter(({ isOvershadowed }) => isOvershadowed).map(({ name }) => name);
  return (
    <>
      <Flash news={news} done={done} />
      <PageHeader
        title="Model providers"
        purpose="The servers that models run on, and which workspaces may use them."
        action={
          <LinkButton href="/instance/providers/new" variant="primary" icon={<Plus />}>
            Add provider
          </LinkButton>
        }
      />
      <div className="flex flex-col gap-6">
        {unreadable.length > 0 && (
          <Notice tone="danger" title="Keys that cannot be read">
            AUTH_SECRET was changed since the keys of these providers were saved, so they accept no calls:{" "}
            {unreadable.join(", ")}. Enter each key again.
          </Notice>
        )}
        {overshadowed.length > 0 && (
          <Notice tone="warning" title={`Set by ${variable}`}>
            {variable} has servers of these names, which are used instead: {overshadowed.join(", ")}.
          </Notice>
        )}
        <Card isFlush title="Added here" description="Changes apply on every instance within a second.">
          {providers.length > 0 ? (
            <ProvidersTable rows={providers} />
          ) : (
            <EmptyState title="No providers added">
              Models come from the servers that {variable} names. Add a provider to offer more.
            </EmptyState>
          )}
        </Card>
        <Card
          isFlush
          title={`Set by ${variable}`}
          description="For all workspaces. To change them, change the environment and restart."
        >
          <EnvironmentTable rows={environment} />
        </Card>
        <OwnProvidersCard
          own={found.areOwnProvidersAllowed ? "allowed" : "closed"}
          ranges={found.ownProviderRanges.join(", ")}
        />
      </div>
    </>
  );
}
