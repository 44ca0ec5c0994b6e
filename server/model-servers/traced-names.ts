import type { ModelServerSettings } from "@/server/platform/settings/model-servers";
import { isOwnProviderModel, type Source } from "./source";

/** Returns how a trace names a model server: the name of one that a workspace added is what its Admin typed. */
export const tracedServer = ({
  settings,
  source,
}: {
  settings: Pick<ModelServerSettings, "name">;
  source: Source;
}): string => (source.kind === "workspace" ? "own provider" : settings.name);

/** Returns how a trace names a model: of one that a workspace trained its base alone, of one of its own provider nothing. */
export function tracedModel(id: string): string | undefined {
  if (isOwnProviderModel(id)) return undefined;
  return id.startsWith("ft:") ? id.split(":").slice(0, 2).join(":") : id;
}
