import { env } from "@/server/platform/env";
import type { ProviderSettings } from "@/server/platform/settings/providers";

/** Returns the providers that are switched on, by what their buttons say. */
export function listProviders(): { id: string; name: string }[] {
  return env().providers.map(({ id, name }) => ({ id, name }));
}

/** Returns a provider that is switched on, or undefined. */
export function findProvider(id: unknown): ProviderSettings | undefined {
  return env().providers.find((provider) => provider.id === id);
}
