import { randomUUID } from "node:crypto";
import type { Metadata } from "next";
import { redirect } from "next/navigation";
import { LinkButton } from "@/app/_ui/button";
import { Card } from "@/app/_ui/card";
import { PageHeader } from "@/app/_ui/page-header";
import { api } from "@/server/composition/caller";
import { AddProviderForm } from "../forms";

export const metadata: Metadata = { title: "Add a sign-in provider" };

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

export default async function AddProvider({ searchParams }: { searchParams: Promise<{ id?: string | string[] }> }) {
  const { id } = await searchParams;
  // The redirect URI is needed at the provider before there is a client ID to enter here: the id stays over a reload.
  if (typeof id !== "string" || !uuid.test(id)) redirect(`/instance/sign-in/new?id=${randomUUID()}` as never);
  const { redirectUri } = await (await api()).instance.newSignInProvider({ providerId: id });
  return (
    <>
      <PageHeader
        title="Add a sign-in provider"
        purpose="An identity provider that speaks OpenID Connect. It signs people in once you have tested and enabled it."
        action={<LinkButton href="/instance/sign-in">All providers</LinkButton>}
      />
      <Card title="Connection">
        <AddProviderForm id={id} redirectUri={redirectUri} />
      </Card>
    </>
  );
}
