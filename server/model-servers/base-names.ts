import { type Allowance, allowsModel, within } from "./allowances/allowances";
import { knownModel } from "./catalogue";

const everything: Allowance = { models: null, providers: null };

/** Returns the id of the base model that servers have under this name, as far as is known without waiting; no allowance is looked at. */
export function offeredId(name: string, workspaceId: string): string | undefined {
  return knownModel(name, workspaceId, everything)?.id;
}

/**
 * Checks whether a workspace may use a base model, by its id. No server is waited for: where none is known to have it, the operators' list of models
 * decides alone.
 */
export function mayUseBase(id: string, workspaceId: string, allowance: Allowance): boolean {
  if (!allowsModel(allowance, id)) return false;
  const offered = knownModel(id, workspaceId, everything);
  return offered === undefined || within(allowance, offered) !== undefined;
}
