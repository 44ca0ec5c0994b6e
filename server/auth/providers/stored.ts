import type { signInProviders } from "@/db/schema/sign-in";
import { open, seal } from "@/server/platform/sealed";
import type { AnyProvider } from "@/server/platform/settings/providers";

const purpose = "sign-in provider secret";

type Row = typeof signInProviders.$inferSelect;

/** Encrypts a provider's client secret, bound to the provider and the issuer that may receive it. */
export function sealSecret({ id, issuer }: Pick<Row, "id" | "issuer">, secret: string): Buffer {
  return seal(purpose, Buffer.from(JSON.stringify([id, issuer, secret])));
}

function openSecret({ id, issuer, secretSealed }: Pick<Row, "id" | "issuer" | "secretSealed">): string | null {
  const opened = secretSealed && open(purpose, secretSealed);
  if (!opened) return null;
  const [ofProvider, atIssuer, secret] = JSON.parse(opened.toString()) as [string, string, string];
  return ofProvider === id && atIssuer === issuer ? secret : null;
}

/**
 * Returns a provider from its row. Its secret is empty when it was sealed with another AUTH_SECRET or for another
 * issuer.
 */
export function readProvider(row: Row): AnyProvider {
  const { id, name, issuer, clientId, trustEmail, emailClaim, clientAuthentication } = row;
  const common = { id, name, issuer, clientId, trustEmail, emailClaim };
  if (row.protocol === "saml") {
    const { signInUrl, signOutUrl, certificates, subjectClaim, signsRequests } = row;
    const described = { signInUrl: signInUrl ?? "", certificates: certificates ?? [], subjectClaim, signsRequests };
    return { ...common, protocol: "saml", ...described, signOutUrl };
  }
  return {
    ...{ ...common, protocol: "oidc", scope: row.scope ?? "" },
    clientSecret: openSecret(row) ?? "",
    clientAuthentication: clientAuthentication ?? undefined,
  };
}
