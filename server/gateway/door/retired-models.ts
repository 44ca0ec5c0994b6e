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
 * Refuses a retired model that is not for the caller, as `modelFor` refuses a model. No model server is asked, and no
 * server has to run or list the model, because a retired model is often gone from its server.
 *
 * @param name the model's name in the request
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
    // It does not matter for a successor that the retired model is archived or runs on no server.
    if (!(error instanceof Refusal) || error.error.status === 403) throw error;
  }
}
