import type { Metadata } from "next";
import { providerWords } from "@/app/_shared/provider-words";
import { LinkButton } from "@/app/_ui/button";
import { Card } from "@/app/_ui/card";
import { Flash } from "@/app/_ui/flash";
import { formatNumber } from "@/app/_ui/format";
import { Notice } from "@/app/_ui/notice";
import { PageHeader } from "@/app/_ui/page-header";
import { readDialog, single } from "@/app/_ui/page-query";
import { api } from "@/server/composition/caller";
import { ClientFields, DeleteProviderCard, EditProviderCard, ProviderStateCard } from "../forms";
import { EditSamlCard, ServiceFields } from "../saml-forms";
import { StateBadge } from "../tables";
import { CertificatesCard } from "./certificates-card";
import { GroupsCard } from "./groups-card";
import { TestCard } from "./test-card";

export const metadata: Metadata = { title: "A sign-in provider" };

type Props = {
  params: Promise<{ id: string }>;
  searchParams: Promise<{ dialog?: string; done?: string; failure?: string | string[] }>;
};

const news = new Map(Object.entries({ added: "Provider added. Test it, then enable it." }));

export default async function SignInProvider({ params, searchParams }: Props) {
  const [{ id }, query] = await Promise.all([params, searchParams]);
  const { instance } = await api();
  const provider = await instance.signInProvider({ providerId: id });
  const groups = provider.hasGroups ? await instance.signInGroups({ providerId: id }) : null;
  const failed = providerWords(single(query.failure), [provider], id);
  const loss = lossOf(provider);
  const cost = `${loss} ${endOf(provider)}`;
  return (
    <>
      <Flash news={news} done={query.done} />
      <PageHeader
        title={provider.name}
        purpose={`${provider.issuer}. ${loss}`}
        action={<LinkButton href="/instance/sign-in">All providers</LinkButton>}
      />
      <div className="flex flex-col gap-6">
        <p>
          <StateBadge isEnabled={provider.isEnabled} />
        </p>
        {failed && <Notice tone={failed.tone}>{failed.text}</Notice>}
        {provider.setBy && (
          <Notice role="note" title={`Set by ${provider.setBy}`}>
            {provider.scope && `Scopes: ${provider.scope}. `}
            {provider.saml ? "Address attribute" : "Address claim"}: {provider.emailClaim}
            {provider.trustEmail ? ", trusted" : provider.saml ? ", of linked accounts only" : ", if verified"}. To
            change it, change the environment and restart.
          </Notice>
        )}
        <Card title="At the provider">
          {provider.saml ? (
            <ServiceFields addresses={provider.saml} />
          ) : (
            <ClientFields redirectUri={provider.redirectUri} logoutUri={provider.logoutUri} />
          )}
        </Card>
        {provider.saml && <CertificatesCard certificates={provider.saml.certificates} />}
        <TestCard id={id} name={provider.name} test={provider.test} isSaml={provider.saml !== null} />
        {!provider.setBy &&
          (provider.saml ? (
            <EditSamlCard provider={provider} saml={provider.saml} />
          ) : (
            <EditProviderCard id={id} provider={provider} />
          ))}
        {groups && <GroupsCard id={id} groups={groups} />}
        {!provider.setBy && (
          <>
            <ProviderStateCard id={id} isEnabled={provider.isEnabled} loss={cost} />
            <DeleteProviderCard
              id={id}
              name={provider.name}
              loss={cost}
              isAsking={readDialog(query.dialog).dialog === "delete"}
            />
          </>
        )}
      </div>
    </>
  );
}

/** Returns a sentence about how many people sign in with a provider. */
function lossOf({ people, byMailOnly }: { people: number; byMailOnly: number }): string {
  if (people === 0) return "No person has linked it.";
  const linked = people === 1 ? "1 person has linked it" : `${formatNumber(people)} people have linked it`;
  return `${linked}; without it, ${formatNumber(byMailOnly)} could sign in only by mailed link.`;
}

/** Returns a sentence about whom disabling or deleting a provider signs out. */
function endOf({ signedIn }: { signedIn: number }): string {
  if (signedIn === 0) return "No other person is signed in with it.";
  return signedIn === 1
    ? "1 person who signed in with it is signed out."
    : `${formatNumber(signedIn)} people who signed in with it are signed out.`;
}
