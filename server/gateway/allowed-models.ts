import type { Bearer } from "./authenticate";
import { catalogue, type FoundModel, findModel } from "./catalogue";
import { Refusal } from "./errors";
import type { BaseModel } from "./models";

/**
 * The model of this name or alias, for a key that may use it. Refuses with 404 what is not there, with 403 what is not
 * for this key.
 */
export async function modelFor(name: string, { models }: Bearer): Promise<FoundModel> {
  const model = await findModel(name);
  if (!model)
    throw new Refusal({
      status: 404,
      message: `There is no model ${name.slice(0, 100)} in this workspace.`,
      type: "invalid_request_error",
      code: "model_not_found",
      param: "model",
    });
  if (models === null || models.includes(model.id) || models.includes(name)) return model;
  throw new Refusal({
    status: 403,
    message: `This key may not use the model ${name.slice(0, 100)}.`,
    type: "permission_error",
    code: "model_not_allowed",
    param: "model",
  });
}

const lists = new WeakMap<BaseModel[], string>();

/** The list of the models that a key may use, as it is sent. */
export async function listFor({ models }: Bearer): Promise<string> {
  const { cards } = await catalogue();
  if (models !== null)
    return listOf(cards.filter(({ id, aliases }) => [id, ...aliases].some((name) => models.includes(name))));
  // The same list is given out until a model server says something else.
  const text = lists.get(cards) ?? listOf(cards);
  lists.set(cards, text);
  return text;
}

function listOf(data: BaseModel[]): string {
  return JSON.stringify({ object: "list", data });
}
