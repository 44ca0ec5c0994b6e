import { AsyncLocalStorage } from "node:async_hooks";
import { customFetch, type NextAuthConfig, type Profile } from "next-auth";

/** Who has signed in at a provider, once that is verified. `email` is an address that the provider vouches for. */
export type VerifiedPerson = { provider: string; subject: string; name: string | null; email: string | null };

/** The person that is handed to Auth.js in this call: no request from outside can set it. */
export const handedOver = new AsyncLocalStorage<VerifiedPerson>();

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
