import { AsyncLocalStorage } from "node:async_hooks";
import { customFetch, type NextAuthConfig, type Profile } from "next-auth";
import { env } from "@/server/platform/env";

/** Who has signed in at a provider, once that is verified. `email` is an address that the provider vouches for. */
export type VerifiedPerson = { provider: string; subject: string; name: string | null; email: string | null };

/** The person that is handed to Auth.js in this call: no request from outside can set it. */
export const handedOver = new AsyncLocalStorage<VerifiedPerson>();

const nowhere = "https://provider.invalid";

/**
 * Returns the providers, for Auth.js. It decides whose account a provider's account is and makes the session; what goes to and
 * fro with the provider is openid-client's work (`providers/client.ts`) and is over by then. So each makes no request
 * and takes the person that is handed over.
 */
export function bridgedProviders(): NextAuthConfig["providers"] {
  return env().providers.map(({ id, name }) => ({
    id,
    name,
    type: "oauth" as const,
    clientId: id,
    clientSecret: id,
    checks: ["none"] as ["none"],
    authorization: nowhere,
    token: `${nowhere}/token`,
    userinfo: { url: `${nowhere}/userinfo`, request: () => profileOf(handed(id)) },
    [customFetch]: async () => Response.json({ access_token: handed(id).provider, token_type: "bearer" }),
    profile: ({ sub, name: called, email }: Profile) => ({
      id: String(sub),
      name: called ?? null,
      email: email ?? null,
    }),
  }));
}

function profileOf({ subject, name, email }: VerifiedPerson): Profile {
  return { sub: subject, name, email, email_verified: email !== null };
}

function handed(provider: string): VerifiedPerson {
  const person = handedOver.getStore();
  if (person?.provider !== provider) throw new Error("no person was handed over to Auth.js");
  return person;
}
