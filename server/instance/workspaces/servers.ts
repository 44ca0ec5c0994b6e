import { refuse } from "@/server/api/refusals";
import { instanceServers } from "@/server/model-servers/registry";

/** Returns the names of the instance's model servers, as this process knows them. */
export const serverNames = (): string[] => [...new Set(instanceServers().map(({ settings }) => settings.name))].sort();

/** Refuses an unknown server name at a field. A stored name is accepted: its server may have been removed since. */
export function refuseUnknownServers(
  names: readonly string[] | null,
  stored: readonly string[] | null,
  field: string,
): void {
  const known = serverNames();
  const missing = names?.find((name) => !known.includes(name) && !stored?.includes(name));
  if (missing === undefined) return;
  throw refuse("invalid_input", {
    [field]: `There is no model provider “${missing}”. There are: ${known.join(", ")}.`.slice(0, 400),
  });
}
