import type { Metadata } from "next";
import { countOf, ProviderBadges, typedModels } from "@/app/_shared/providers/badges";
import { DeleteProviderCard } from "@/app/_shared/providers/delete-card";
import { ProviderStateCard, ProviderTestCard } from "@/app/_shared/providers/state-card";
import { LinkButton } from "@/app/_ui/button";
import { PageHeader } from "@/app/_ui/page-header";
import { readDialog } from "@/app/_ui/page-query";
import { api } from "@/server/composition/caller";
import { removeProvider, setProviderState, testProvider } from "../actions";
import { EditOwnProviderCard } from "../forms";

export const metadata: Metadata = { title: "A model provider" };

type Props = { params: Promise<{ workspace: string; id: string }>; searchParams: Promise<{ dialog?: string }> };

export default async function OwnProvider({ params, searchParams }: Props) {
  const [{ workspace, id: providerId }, query] = await Promise.all([params, searchParams]);
  const which = { workspace, providerId };
  const provider = await (await api()).providers.provider(which);
  const { url, hasKey, isKeyUnreadable, name } = provider;
  return (
    <>
      <PageHeader
        title={name}
        purpose={`Models: ${countOf(provider.modelCount)}, called own/${name}/MODEL.`}
        action={<LinkButton href={`/w/${workspace}/settings/providers`}>All providers</LinkButton>}
      />
      <div className="flex flex-col gap-6">
        <p>
          <ProviderBadges {...provider} />
        </p>
        <EditOwnProviderCard
          which={which}
          provider={{
            url,
            hasKey,
            isKeyUnreadable,
            models: typedModels(provider.models),
            endpoints: provider.endpoints?.join(", ") ?? "",
          }}
        />
        <ProviderTestCard fields={which} action={testProvider} />
        <ProviderStateCard state={provider.state} fields={which} action={setProviderState} />
        <DeleteProviderCard
          name={name}
          href={`/w/${workspace}/settings/providers/${providerId}`}
          fields={which}
          action={removeProvider}
          isAsking={readDialog(query.dialog).dialog === "delete"}
        />
      </div>
    </>
  );
}
