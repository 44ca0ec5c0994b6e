import type { Allowance } from "@/server/model-servers/allowances/allowances";
import { findModel, knownModel, ModelServerDown } from "@/server/model-servers/catalogue";
import { isServed } from "../own-cards";
import type { UsableModel } from "../usable/queries";

/**
 * Whether a model of a route can answer. "ready": it can; "missing": the workspace has no model with this id;
 * "archived"; "stopped": no model server runs it; "for_some": only some members may use it, and requests of others skip
 * it; "unknown": no model server has listed its models.
 */
export type RouteModelState = "ready" | "missing" | "archived" | "stopped" | "for_some" | "unknown";

/** Returns the state of a route's model, as far as is known without waiting. */
export function stateOf(
  id: string,
  workspaceId: string,
  own: readonly UsableModel[],
  isKnown: boolean,
  allowance: Allowance,
): RouteModelState {
  if (knownModel(id, workspaceId, allowance)) return "ready";
  const model = own.find((one) => one.id === id);
  if (!model) return isKnown || id.startsWith("ft:") ? "missing" : "unknown";
  if (model.isArchived) return "archived";
  if (isServed(model, workspaceId) === false) return "stopped";
  return model.isShared || model.visibility === "workspace" ? "ready" : "for_some";
}

/**
 * Checks whether a workspace certainly has no model with this id. False while a model server that may have it has not
 * listed its models.
 */
export async function isMissing(id: string, workspaceId: string, own: readonly UsableModel[]): Promise<boolean> {
  if (own.some((model) => model.id === id)) return false;
  if (id.startsWith("ft:")) return true;
  try {
    return (await findModel(id, workspaceId)) === undefined;
  } catch (error) {
    if (error instanceof ModelServerDown) return false;
    throw error;
  }
}
