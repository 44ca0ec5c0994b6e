import { env } from "@/server/platform/env";
import type { AnyProvider } from "@/server/platform/settings/providers";

/** Checks whether an id is that of a provider that operators added. No provider of the environment has such a one. */
export const isAddedId = (id: string): boolean => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(id);

/** Returns the provider of the environment of an id, if it can say a person's groups: GitHub has no claims. */
export const environmentProvider = (id: string): AnyProvider | undefined =>
  env().providers.find((provider) => provider.id === id && provider.protocol !== "github");

/** Returns all of these for a query that asks of a rule's provider, by id, as JSON. */
export function environmentForGroups(): string {
  const providers = env().providers.filter(({ protocol }) => protocol !== "github");
  return JSON.stringify(
    Object.fromEntries(providers.map(({ id, name, issuer, clientId }) => [id, { name, issuer, clientId }])),
  );
}
