import { type Allowance, allowsModel, within } from "./allowances/allowances";
import { knownModel } from "./catalogue";

const everything: Allowance = { models: null, providers: null };

/**
 * Returns the id of the base model with this name or alias, as far as is known without waiting. Allowances are not
 * checked.
 */
export function offeredId(name: string, workspaceId: string): string | undefined {
  return knownModel(name, workspaceId, everything)?.id;
}

/**
 * Checks whether a workspace may use a base model, by its id, without waiting for a server. If no server is known to
 * have it, only the operators' list of models decides.
 */
export function mayUseBase(id: string, workspaceId: string, allowance: Allowance): boolean {
  if (!allowsModel(allowance, id)) return false;
  const offered = knownModel(id, workspaceId, everything);
  return offered === undefined || within(allowance, offered) !== undefined;
}
