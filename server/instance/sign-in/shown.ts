import { logoutUri, redirectUri } from "@/server/auth/providers/client";
import { serviceAddresses } from "@/server/auth/saml/service";
import { env } from "@/server/platform/env";
import { shownCertificate } from "@/server/platform/saml/certificates";
import type { SamlSettings } from "@/server/platform/settings/providers";
import type { Linked, ShownProvider } from "./queries";

export const nothingLinked: Linked = { people: 0, byMailOnly: 0 };

type Saml = Pick<SamlSettings, "id" | "clientId" | "signInUrl" | "subjectClaim" | "signsRequests" | "certificates"> & {
  signOutUrl: string | null;
};

const shownSaml = ({ signInUrl, signOutUrl, subjectClaim, signsRequests, certificates, ...ids }: Saml) => ({
  ...serviceAddresses(ids),
  ...{ signInUrl, signOutUrl, subjectClaim, signsRequests, pem: certificates.join("\n") },
  certificates: certificates.map(shownCertificate),
});

/** Returns a provider that operators added as its page shows it. */
export const shownAdded = ({ signInUrl, signOutUrl, certificates, subjectClaim, ...row }: ShownProvider) => ({
  ...row,
  setBy: null,
  hasGroups: true,
  redirectUri: redirectUri(row),
  logoutUri: row.protocol === "oidc" ? logoutUri(row) : null,
  saml:
    row.protocol === "saml"
      ? shownSaml({
          ...{ id: row.id, clientId: row.clientId, subjectClaim, signsRequests: row.signsRequests },
          ...{ signInUrl: signInUrl ?? "", signOutUrl, certificates: certificates ?? [] },
        })
      : null,
});

/** Returns the providers of the environment as the page shows them, each with the variable that configures it. */
export const environmentProviders = () =>
  env().providers.map((provider) => {
    const { id, name, issuer, clientId, trustEmail, emailClaim, protocol, setBy = "" } = provider;
    const isSaml = provider.protocol === "saml";
    return {
      ...{ id, name, issuer, clientId, trustEmail, emailClaim, setBy, isEnabled: true, changedAt: null },
      hasGroups: protocol !== "github",
      ...{ protocol: isSaml ? ("saml" as const) : ("oidc" as const), saml: isSaml ? shownSaml(provider) : null },
      scope: isSaml ? null : provider.scope,
      clientAuthentication: isSaml ? null : (provider.clientAuthentication ?? null),
      ...{ redirectUri: redirectUri(provider), logoutUri: protocol === "oidc" ? logoutUri(provider) : null },
    };
  });
