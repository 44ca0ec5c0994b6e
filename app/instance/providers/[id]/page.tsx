import type { Metadata } from "next";
import { countOf, ProviderBadges, typedModels, typedTuned } from "@/app/_shared/providers/badges";
import { DeleteProviderCard } from "@/app/_shared/providers/delete-card";
import { ProviderStateCard, ProviderTestCard } from "@/app/_shared/providers/state-card";
import { LinkButton } from "@/app/_ui/button";
import { PageHeader } from "@/app/_ui/page-header";
import { readDialog } from "@/app/_ui/page-query";
import { api } from "@/server/composition/caller";
import { removeProvider, setProviderState, testProvider } from "../actions";
import { EditProviderCard } from "../forms";

export const metadata: Metadata = { title: "A model provider" };

type Props = { params: Promise<{ id: string }>; searchParams: Promise<{ dialog?: string }> };

export default async function InstanceProvider({ params, searchParams }: Props) {
  const [{ id }, query] = await Promise.all([params, searchParams]);
  const provider = await (await api()).instance.provider({ providerId: id });
  const { url, hasKey, isKeyUnreadable, workspaces } = provider;
  return (
    <>
      <PageHeader
        title={provider.name}
        purpose={`Models: ${countOf(provider.modelCount)}. Calls in progress here: ${provider.underWay}.`}
        action={<LinkButton href="/instance/providers">All providers</LinkButton>}
      />
      <div className="flex flex-col gap-6">
        <p>
          <ProviderBadges {...provider} />
        </p>
        <EditProviderCard
          id={id}
          provider={{
            url,
            hasKey,
            isKeyUnreadable,
            models: typedModels(provider.models),
            endpoints: provider.endpoints?.join(", ") ?? "",
          }}
          tuned={typedTuned(provider.tuned)}
          workspaces={workspaces?.join(", ") ?? ""}
        />
        <ProviderTestCard fields={{ providerId: id }} action={testProvider} />
        <ProviderStateCard state={provider.state} fields={{ providerId: id }} action={setProviderState} />
        <DeleteProviderCard
          name={provider.name}
          href={`/instance/providers/${id}`}
          fields={{ providerId: id }}
          action={removeProvider}
          isAsking={readDialog(query.dialog).dialog === "delete"}
        />
      </div>
    </>
  );
}
