import { refuse } from "@/server/api/refusals";
import { env } from "@/server/platform/env";

export const nameTaken = () => refuse("provider_name_taken", { name: "There is a provider of this name already." });

/** Refuses `provider_name_taken` when a provider of the environment has the name: two buttons would look the same. */
export function refuseNameOfEnvironment(name: string): void {
  if (env().providers.some((provider) => provider.name.toLowerCase() === name.toLowerCase())) throw nameTaken();
}
