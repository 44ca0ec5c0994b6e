import type { ModelServerSettings } from "@/server/platform/settings/model-servers";
import { isOwnProviderModel, type Source } from "./source";

/**
 * Returns a model server's name for traces. The name of a workspace's own server was typed by its Admin and is not
 * used.
 */
export const tracedServer = ({
  settings,
  source,
}: {
  settings: Pick<ModelServerSettings, "name">;
  source: Source;
}): string => (source.kind === "workspace" ? "own provider" : settings.name);

/**
 * Returns a model's name for traces: for a workspace's trained model only its base, for a model of its own provider
 * nothing.
 */
export function tracedModel(id: string): string | undefined {
  if (isOwnProviderModel(id)) return undefined;
  return id.startsWith("ft:") ? id.split(":").slice(0, 2).join(":") : id;
}
