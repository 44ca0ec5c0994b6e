import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { LinkButton } from "@/app/_ui/button";
import { Card } from "@/app/_ui/card";
import { PageHeader } from "@/app/_ui/page-header";
import { api } from "@/server/composition/caller";
import { AddOwnProviderForm } from "../forms";

export const metadata: Metadata = { title: "Add a model provider" };

export default async function AddOwnProvider({ params }: { params: Promise<{ workspace: string }> }) {
  const { workspace: slug } = await params;
  // A frame that the browser has already is not drawn again: each page asks for itself.
  const { isAllowed } = await (await api()).providers.providers({ workspace: slug });
  if (!isAllowed) notFound();
  return (
    <>
      <PageHeader
        title="Add a model provider"
        purpose="A server with an OpenAI-compatible API, tested before it is saved."
        action={<LinkButton href={`/w/${slug}/settings/providers`}>All providers</LinkButton>}
      />
      <Card title="Connection">
        <AddOwnProviderForm slug={slug} />
      </Card>
    </>
  );
}
