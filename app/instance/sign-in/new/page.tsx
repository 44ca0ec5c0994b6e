import { randomUUID } from "node:crypto";
import type { Metadata } from "next";
import { redirect } from "next/navigation";
import { LinkButton } from "@/app/_ui/button";
import { Card } from "@/app/_ui/card";
import { PageHeader } from "@/app/_ui/page-header";
import { Tabs } from "@/app/_ui/tabs";
import { api } from "@/server/composition/caller";
import { AddProviderForm } from "../forms";
import { AddSamlForm, ServiceFields } from "../saml-forms";

export const metadata: Metadata = { title: "Add a sign-in provider" };

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

type Props = { searchParams: Promise<{ id?: string | string[]; protocol?: string | string[] }> };

export default async function AddProvider({ searchParams }: Props) {
  const { id, protocol } = await searchParams;
  // Our addresses are needed at the provider before there is anything to enter here: the id stays over a reload.
  const isSaml = protocol === "saml";
  const here = (of: string) => `/instance/sign-in/new?id=${of}`;
  if (typeof id !== "string" || !uuid.test(id))
    redirect(`${here(randomUUID())}${isSaml ? "&protocol=saml" : ""}` as never);
  const { redirectUri, logoutUri, saml } = await (await api()).instance.newSignInProvider({ providerId: id });
  return (
    <>
      <PageHeader
        title="Add a sign-in provider"
        purpose="An identity provider that speaks OpenID Connect or SAML 2.0. It signs people in once you have tested and enabled it."
        action={<LinkButton href="/instance/sign-in">All providers</LinkButton>}
      />
      <Tabs
        label="Protocol"
        tabs={[
          { name: "OpenID Connect", href: here(id) },
          { name: "SAML", href: `${here(id)}&protocol=saml` },
        ]}
        current={isSaml ? "SAML" : "OpenID Connect"}
      />
      {isSaml ? (
        <div className="flex flex-col gap-6">
          <Card title="At the provider" description="Register Atelier there first, with its metadata or these values.">
            <ServiceFields addresses={saml} />
          </Card>
          <Card title="Connection">
            <AddSamlForm id={id} />
          </Card>
        </div>
      ) : (
        <Card title="Connection">
          <AddProviderForm id={id} redirectUri={redirectUri} logoutUri={logoutUri} />
        </Card>
      )}
    </>
  );
}
