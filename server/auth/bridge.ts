import { customFetch, type NextAuthConfig, type Profile } from "next-auth";
import { handedOver, type VerifiedPerson } from "./handed-over";

const nowhere = "https://provider.invalid";

/**
 * Returns the provider that a person has just signed in at, for Auth.js; none outside a call that hands one over. Auth.js decides whose account
 * a provider's account is and makes the session; what goes to and fro with the provider is openid-client's work (`providers/client.ts`) and is
 * over by then. So it makes no request and takes the person that is handed over.
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
