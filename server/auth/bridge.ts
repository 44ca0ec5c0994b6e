import { customFetch, type NextAuthConfig, type Profile } from "next-auth";
import { handedOver, type VerifiedPerson } from "./handed-over";

const nowhere = "https://provider.invalid";

/**
 * Returns the provider at which a person has just signed in, for Auth.js; an empty list outside a call that hands a
 * person over. Auth.js decides to which account a provider's account belongs, and creates the session. The exchange
 * with the provider is done before, by openid-client (`providers/client.ts`), so this provider sends no request and
 * returns the person who is handed over.
 */
export function bridgedProviders(): NextAuthConfig["providers"] {
  const person = handedOver.getStore();
  if (!person) return [];
  const { provider } = person;
  return [
    {
      id: provider,
      name: provider,
      type: "oauth",
      clientId: provider,
      clientSecret: provider,
      checks: ["none"],
      authorization: nowhere,
      token: `${nowhere}/token`,
      userinfo: { url: `${nowhere}/userinfo`, request: () => profileOf(person) },
      [customFetch]: async () => Response.json({ access_token: provider, token_type: "bearer" }),
      profile: ({ sub, name: called, email }: Profile) => ({
        id: String(sub),
        name: called ?? null,
        email: email ?? null,
      }),
    },
  ];
}

function profileOf({ subject, name, email }: VerifiedPerson): Profile {
  return { sub: subject, name, email, email_verified: email !== null };
}
