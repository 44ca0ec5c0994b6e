import { listsModel } from "@/server/access/model-list";
import { refuse } from "@/server/api/refusals";
import { catalogue, type FoundModel, findModel, inOrder, ModelServerDown } from "@/server/model-servers/catalogue";
import type { ModelServer } from "@/server/model-servers/client";
import { log } from "@/server/platform/log";
import { hasFineTuning } from "./upstream";
import { UpstreamDown } from "./upstream-answer";

/** A base model that can be fine-tuned, with its server and its name there. */
export type Base = { id: string; upstream: string; server: ModelServer; contextLength: number | null };

/**
 * Returns the base model with this name at a server that can fine-tune it. Refuses at the field an unknown name, a
 * model that the key may not use, and a model that cannot be fine-tuned; and `model_server_down`.
 *
 * @param allowed the models of a key; null: all
 */
export async function baseFor(name: string, workspaceId: string, allowed: string[] | null = null): Promise<Base> {
  const model = await orDown(findModel(name, workspaceId));
  const wrong = (sentence: string) => refuse("invalid_input", { model: sentence });
  const shown = name.slice(0, 100);
  if (!model) throw wrong(`There is no base model ${shown}.`);
  if (allowed !== null && !listsModel(allowed, model.id) && !listsModel(allowed, name))
    throw wrong(`This key may not use the model ${shown}.`);
  if (!model.card.capabilities.fine_tuning)
    throw wrong(`${shown} cannot be fine-tuned: its model server does not offer that for it.`);
  const [offer] = await capable(model);
  if (!offer) {
    const servers = model.offers.map(({ server }) => server.settings.name).join(", ");
    throw wrong(`${shown} cannot be fine-tuned: its model server (${servers}) has no fine-tuning API.`);
  }
  const { id, contextLength } = model;
  return { id, upstream: offer.upstream, server: offer.server, contextLength };
}

/**
 * Returns the base models to choose from: those that say they can be fine-tuned, at servers with a fine-tuning API.
 * Refuses `model_server_down`.
 */
export async function listBases(
  workspaceId: string,
): Promise<{ id: string; name: string; description: string | null }[]> {
  const { cards, byName } = await orDown(catalogue(workspaceId));
  const bases = [];
  for (const { id, name, description, capabilities } of cards) {
    const model = capabilities.fine_tuning ? byName.get(id) : undefined;
    if (model && (await capable(model)).length > 0) bases.push({ id, name: name ?? id, description });
  }
  return bases;
}

async function orDown<T>(asked: Promise<T>): Promise<T> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof ModelServerDown || error instanceof UpstreamDown) throw refuse("model_server_down");
    throw error;
  }
}

/**
 * Returns the offers at servers with a fine-tuning API. Refuses a server that does not respond as down, unless another
 * one has the API.
 */
async function capable({ offers }: FoundModel) {
  const able = [];
  let isDown = false;
  for (const offer of inOrder(offers)) {
    try {
      // A workspace's own providers only answer requests; files are not sent to them.
      if (offer.server.source.kind !== "workspace" && (await probe(offer.server))) able.push(offer);
    } catch (error) {
      log.warn(
        { err: error, modelServer: offer.server.settings.name },
        "a model server could not be asked for its fine-tuning API",
      );
      isDown = true;
    }
  }
  if (able.length === 0 && isDown) throw refuse("model_server_down");
  return able;
}

/** How long the result is reused: it limits the requests, and notices soon when a server was replaced. */
const freshMs = 60_000;
const answers = new WeakMap<ModelServer, { at: number; isAble: boolean }>();

async function probe(server: ModelServer): Promise<boolean> {
  const known = answers.get(server);
  if (known && performance.now() - known.at < freshMs) return known.isAble;
  const isAble = await hasFineTuning(server);
  answers.set(server, { at: performance.now(), isAble });
  return isAble;
}
