import type { Metadata } from "next";
import { LinkButton } from "@/app/_ui/button";
import { Card } from "@/app/_ui/card";
import { PageHeader } from "@/app/_ui/page-header";
import { api } from "@/server/composition/caller";
import { AddProviderForm } from "../forms";

export const metadata: Metadata = { title: "Add a model provider" };

export default async function AddProvider() {
  // A frame that the browser already has is not rendered again, so each page checks the access itself.
  await (await api()).instance.enter();
  return (
    <>
      <PageHeader
        title="Add a model provider"
        purpose="A server with an OpenAI-compatible API, tested before it is saved."
        action={<LinkButton href="/instance/providers">All providers</LinkButton>}
      />
      <Card title="Connection">
        <AddProviderForm />
      </Card>
    </>
  );
}
