import type { Metadata } from "next";
import { LinkButton } from "@/app/_ui/button";
import { Card } from "@/app/_ui/card";
import { EmptyState } from "@/app/_ui/empty-state";
import { Flash } from "@/app/_ui/flash";
import { Plus } from "@/app/_ui/icons";
import { PageHeader } from "@/app/_ui/page-header";
import { api } from "@/server/composition/caller";
import { MailLinkCard, PasskeysCard, SessionsCard } from "./policy-cards";
import { BreakGlassCard, RulesCard } from "./rules-card";
import { SamlKeysCard } from "./saml-keys-card";
import { ProvidersTable } from "./tables";

export const metadata: Metadata = { title: "Sign-in" };

const news = new Map(
  Object.entries({
    removed: "Provider deleted. It is unlinked from every account.",
    required: "The provider is required from now on.",
    "key-added": "Key created. Make each SAML provider read our metadata again before you sign with it.",
    "key-signs": "Saved. Requests are signed with it from now on.",
    "key-removed": "Key removed. Our metadata contains only the other one.",
  }),
);

export default async function SignIn({ searchParams }: { searchParams: Promise<{ done?: string }> }) {
  const { done } = await searchParams;
  const { instance } = await api();
  const [{ added, environment }, { rules, providers, candidates }, policy, samlKeys] = await Promise.all([
    instance.signInProviders(),
    instance.signInRules(),
    instance.signInPolicy(),
    instance.samlKeys(),
  ]);
  return (
    <>
      <Flash news={news} done={done} />
      <PageHeader
        title="Sign-in"
        purpose="How people sign in: providers, mailed links and passkeys, and how long sessions last."
        action={
          <LinkButton href="/instance/sign-in/new" variant="primary" icon={<Plus />}>
            Add provider
          </LinkButton>
        }
      />
      <div className="flex flex-col gap-6">
        <Card isFlush title="Added here" description="Changes apply on every instance at once.">
          {added.length > 0 ? (
            <ProvidersTable label="Sign-in providers" rows={added} />
          ) : (
            <EmptyState title="No providers added">
              Add your company's identity provider: anything that speaks OpenID Connect or SAML 2.0, such as Entra, Okta
              or Keycloak.
            </EmptyState>
          )}
        </Card>
        {environment.length > 0 && (
          <Card
            isFlush
            title="Set by the environment"
            description="They can be tested here. To change them, change the environment and restart."
          >
            <ProvidersTable label="Sign-in providers of the environment" rows={environment} />
          </Card>
        )}
        {samlKeys.length > 0 && <SamlKeysCard keys={samlKeys} />}
        <RulesCard rules={rules} providers={providers} />
        <BreakGlassCard candidates={candidates} />
        <PasskeysCard policy={policy} />
        <MailLinkCard policy={policy} />
        <SessionsCard policy={policy} />
      </div>
    </>
  );
}
