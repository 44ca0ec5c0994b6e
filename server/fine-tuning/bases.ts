import { listsModel } from "@/server/access/model-list";
import { refuse } from "@/server/api/refusals";
import { catalogue, type FoundModel, findModel, inOrder, ModelServerDown } from "@/server/model-servers/catalogue";
import type { ModelServer } from "@/server/model-servers/client";
import { log } from "@/server/platform/log";
import { hasFineTuning } from "./upstream";
import { UpstreamDown } from "./upstream-answer";

/** A base model that can be fine-tuned: where, and what it is called there. */
export type Base = { id: string; upstream: string; server: ModelServer; contextLength: number | null };

/**
 * Returns the base model of this name, at a server that can fine-tune it. Refuses, at the field, a name that is none, one that a key
 * may not use, and a model that cannot be fine-tuned; and `model_server_down`.
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
 * Returns what to choose from: the models that say they can be fine-tuned, at servers with a fine-tuning API. Refuses
 * `model_server_down`.
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

/** Returns the offers at servers that have a fine-tuning API; a server that does not answer is refused as down unless another has one. */
async function capable({ offers }: FoundModel) {
  const able = [];
  let isDown = false;
  for (const offer of inOrder(offers)) {
    try {
      // A workspace's own providers are asked for answers, and are sent no files.
      if (offer.server.source.kind !== "workspace" && (await probe(offer.server))) able.push(offer);
    } catch (error) {
      log.warn({ err: error, modelServer: offer.server.settings.name }, "a model server did not say if it fine-tunes");
      isDown = true;
    }
  }
  if (able.length === 0 && isDown) throw refuse("model_server_down");
  return able;
}

/** Long enough to spare it questions, short enough to see that it was exchanged for another. */
const freshMs = 60_000;
const answers = new WeakMap<ModelServer, { at: number; isAble: boolean }>();

async function probe(server: ModelServer): Promise<boolean> {
  const known = answers.get(server);
  if (known && performance.now() - known.at < freshMs) return known.isAble;
  const isAble = await hasFineTuning(server);
  answers.set(server, { at: performance.now(), isAble });
  return isAble;
}
