import { allowanceOf } from "@/server/model-servers/allowances/allowances";
import { mayUseBase } from "@/server/model-servers/base-names";
import { Refusal } from "../errors/errors";
import {
  isOnList,
  isOwnId,
  type ModelUser,
  noSuchModel,
  notForThisKey,
  ownModel,
  running,
  whereToAsk,
} from "./allowed-models";

/**
 * Refuses a retired model that is not for the caller, as `modelFor` refuses a model. No server is asked, and it need not run or be listed: what is
 * retired is often gone from its server.
 *
 * @param name by which it was asked for
 * @throws when the database has to be asked and cannot be
 */
export async function refuseOthers(modelId: string, name: string, user: ModelUser): Promise<void> {
  const { workspaceId } = user;
  const allowance = await allowanceOf(workspaceId);
  const own = await ownModel(modelId, user);
  const isTheirs = isOwnId(modelId) ? own !== undefined : mayUseBase(modelId, workspaceId, allowance);
  if (!isTheirs) throw noSuchModel(name, await whereToAsk(name, user));
  if (!isOnList(user, modelId, name)) throw notForThisKey(name, await whereToAsk(name, user));
  if (!own) return;
  try {
    running(own, workspaceId, allowance);
  } catch (error) {
    // That it is archived or runs nowhere is nothing to a successor.
    if (!(error instanceof Refusal) || error.error.status === 403) throw error;
  }
}
