import { env } from "@/server/platform/env";
import type { AnyProvider } from "@/server/platform/settings/providers";

/**
 * Checks whether an id has the form of a provider that operators added. Providers of the environment never have such an
 * id.
 */
export const isAddedId = (id: string): boolean => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(id);

/**
 * Returns the provider of the environment with this id if it can send a person's groups. GitHub has no claims, so it
 * cannot.
 */
export const environmentProvider = (id: string): AnyProvider | undefined =>
  env().providers.find((provider) => provider.id === id && provider.protocol !== "github");

/** Returns all of these providers by id, as JSON, for a query that joins the provider of a rule. */
export function environmentForGroups(): string {
  const providers = env().providers.filter(({ protocol }) => protocol !== "github");
  return JSON.stringify(
    Object.fromEntries(providers.map(({ id, name, issuer, clientId }) => [id, { name, issuer, clientId }])),
  );
}
