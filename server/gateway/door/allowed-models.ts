import { transaction } from "@/db/client";
import { listsModel } from "@/server/access/model-list";
import { isRouteId } from "@/server/access/route-ids";
import * as workspace from "@/server/membership/workspace/queries";
import { type Allowance, allowanceOf, allowsMade, allowsServer } from "@/server/model-servers/allowances/allowances";
import type { BaseModel } from "@/server/model-servers/cards";
import { type FoundModel, findModel, knownModel } from "@/server/model-servers/catalogue";
import { usableModel, usableModels } from "@/server/models/cache";
import { describe, type OwnCard, offersOf, ownCard } from "@/server/models/own-cards";
import { retirementOf } from "@/server/models/retirement/cache";
import { routesOf } from "@/server/models/routes/cache";
import { type RouteCard, routeCard } from "@/server/models/routes/card";
import type { UsableModel } from "@/server/models/usable/queries";
import { isFor } from "@/server/models/visibility";
import { env } from "@/server/platform/env";
import { Refusal } from "../errors/errors";
import { withEnd } from "./announced-ends";
import type { Bearer } from "./authenticate";

/** The caller, as far as the use of models depends on it: a key, or a person in the browser. */
export type ModelUser = Pick<Bearer, "workspaceId" | "memberId" | "models">;

/** A model or a route in the form in which programs see it. */
export type Card = BaseModel | OwnCard | RouteCard;

/** A model that the caller may use, with the servers that run it. */
export type AllowedModel = Omit<FoundModel, "card">;

/**
 * Checks whether an id can be that of a workspace's own model. Only such ids begin with "ft:", and only they are
 * looked up in the database.
 */
export const isOwnId = (id: string): boolean => id.startsWith("ft:") && id.length <= 256 && !id.includes("\0");

/**
 * Finds the model with this name or alias for a caller who may use it. Refuses with 404 a model that does not exist
 * or that is not for the caller, both with the same answer; with 403 a model that the key's list does not have, and
 * one that was tuned from a base model which the workspace may not use; with 400 an archived model; with 503 a model
 * that no server runs any more.
 *
 * @throws when the database has to be asked and cannot be
 */
export async function modelFor(name: string, user: ModelUser): Promise<AllowedModel> {
  const allowance = await allowanceOf(user.workspaceId);
  const known = knownModel(name, user.workspaceId, allowance);
  const own = known ? undefined : await ownModel(name, user);
  const model = known ?? own ?? (await findModel(name, user.workspaceId));
  if (!model) throw noSuchModel(name, await whereToAsk(name, user));
  if (!isOnList(user, model.id, name)) throw notForThisKey(name, await whereToAsk(name, user));
  return "offers" in model ? model : running(model, user.workspaceId, allowance);
}

/**
 * Returns a model of the workspace's own with the servers that run it. Refuses with 400, 403 and 503, as `modelFor`
 * does.
 */
export function running(own: UsableModel, workspaceId: string, allowance: Allowance): AllowedModel {
  if (own.isArchived)
    throw new Refusal({
      status: 400,
      message: `The model ${own.id} is archived. It can be used again once a member restores it.`,
      type: "invalid_request_error",
      code: "model_archived",
      param: "model",
    });
  const everywhere = offersOf(own, workspaceId);
  const offers = everywhere.filter((offer) => allowsMade(allowance, own, offer));
  const isServerWithheld = !everywhere.some((offer) => allowsServer(allowance, offer));
  if (everywhere.length > 0 && offers.length === 0)
    throw new Refusal({
      status: 403,
      message: isServerWithheld
        ? `The model ${own.id} runs only at model servers that this workspace may not use.`
        : `The model ${own.id} was made of ${own.base ?? "an unknown model"}, which this workspace may not use.`,
      type: "permission_error",
      code: "model_not_allowed",
      param: "model",
    });
  if (offers.length === 0)
    throw new Refusal({
      status: 503,
      message: `The model ${own.id} does not run at any model server that is configured.`,
      type: "server_error",
      code: "model_unavailable",
    });
  const media = own.base === null ? undefined : knownModel(own.base, workspaceId, allowance)?.media;
  return { id: own.id, contextLength: describe(own, workspaceId, allowance).contextLength, media, offers };
}

/** Returns the model with this name in the form in which programs see it, archived or not. Refuses with 404 and 403. */
export async function cardFor(name: string, user: ModelUser): Promise<Card> {
  if (isRouteId(name)) return routeCardFor(name, user);
  const allowance = await allowanceOf(user.workspaceId);
  const base = knownModel(name, user.workspaceId, allowance);
  const own = base ? undefined : await ownModel(name, user);
  const card =
    (base && withEnd(base.card)) ??
    (own && ownCard(own, user.workspaceId, allowance, await retirementOf(name, user.workspaceId))) ??
    (await findModel(name, user.workspaceId).then((found) => found && withEnd(found.card)));
  if (!card) throw noSuchModel(name, await whereToAsk(name, user));
  if (!isOnList(user, card.id, name)) throw notForThisKey(name, await whereToAsk(name, user));
  // A request by an alias is answered with that alias.
  return card.id === name || own ? card : { ...card, id: name };
}

async function routeCardFor(name: string, user: ModelUser): Promise<RouteCard> {
  const { workspaceId, memberId } = user;
  const [routes, own, allowance, retirement] = await Promise.all([
    routesOf(workspaceId),
    usableModels(workspaceId),
    allowanceOf(workspaceId),
    retirementOf(name, workspaceId),
  ]);
  const route = routes.get(name);
  if (!route) throw noSuchModel(name);
  if (!isOnList(user, name, name)) throw notForThisKey(name);
  return routeCard(
    route,
    workspaceId,
    own.filter((model) => isFor(memberId, model)),
    allowance,
    retirement,
  );
}

/** Finds the workspace's own model with this id, or one that is shared with it, for a caller who may use it. */
export async function ownModel(id: string, { workspaceId, memberId }: ModelUser): Promise<UsableModel | undefined> {
  if (!isOwnId(id)) return undefined;
  const model = await usableModel(workspaceId, id);
  return model && isFor(memberId, model) ? model : undefined;
}

/**
 * Returns the sentence that says where the caller can list models and request another one, with a link in which this
 * one is filled in. Empty when the workspace's slug cannot be read.
 */
export async function whereToAsk(name: string, { workspaceId }: ModelUser): Promise<string> {
  const found = await transaction("read", { workspaceId }, (db) => workspace.find(db, workspaceId)).catch(
    () => undefined,
  );
  if (!found) return "";
  const query = new URLSearchParams({ dialog: `ask:${name.slice(0, 100)}` });
  return ` See ${env().APP_URL}/w/${found.slug}/models?${query}`;
}

/**
 * Refuses a model that does not exist or is not for the caller, both with the same answer. `more`: another sentence,
 * after a space.
 */
export function noSuchModel(name: string, more = ""): Refusal {
  return new Refusal({
    status: 404,
    message: `There is no model ${name.slice(0, 100)} in this workspace.${more}`,
    type: "invalid_request_error",
    code: "model_not_found",
    param: "model",
  });
}

/** Refuses a model or a route that the key's list does not have. `more`: another sentence, after a space. */
export const notForThisKey = (name: string, more = "") =>
  new Refusal({
    status: 403,
    message: `This key may not use the model ${name.slice(0, 100)}.${more}`,
    type: "permission_error",
    code: "model_not_allowed",
    param: "model",
  });

/** Checks whether the key's list has this model, by its id or by the name in the request. */
export function isOnList({ models }: Pick<ModelUser, "models">, id: string, name: string): boolean {
  return models === null || listsModel(models, id) || listsModel(models, name);
}
