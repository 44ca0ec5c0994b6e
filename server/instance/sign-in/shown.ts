import { logoutUri, redirectUri } from "@/server/auth/providers/client";
import { shownCertificate } from "@/server/auth/saml/certificates";
import { serviceAddresses } from "@/server/auth/saml/service";
import { env } from "@/server/platform/env";
import type { Linked, ShownProvider } from "./queries";

export const nothingLinked: Linked = { people: 0, byMailOnly: 0 };

/** Returns a provider that operators added as its page shows it. */
export const shownAdded = ({ signInUrl, certificates, subjectClaim, ...row }: ShownProvider) => ({
  ...row,
  setBy: null,
  redirectUri: redirectUri(row),
  logoutUri: row.protocol === "oidc" ? logoutUri(row) : null,
  saml:
    row.protocol === "saml"
      ? {
          ...serviceAddresses(row),
          ...{ signInUrl: signInUrl ?? "", subjectClaim, pem: (certificates ?? []).join("\n") },
          certificates: (certificates ?? []).map(shownCertificate),
        }
      : null,
});

/** Returns the providers of the environment as the page shows them, each with the variable that names it. */
export const environmentProviders = () =>
  env().providers.map(({ clientSecret, protocol, setBy = "", clientAuthentication = null, ...shown }) => ({
    ...shown,
    ...{ setBy, clientAuthentication, isEnabled: true, changedAt: null },
    ...{ protocol: "oidc" as const, saml: null },
    ...{ redirectUri: redirectUri(shown), logoutUri: protocol === "oidc" ? logoutUri(shown) : null },
  }));
