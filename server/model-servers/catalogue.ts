import { isRouteId } from "@/server/access/route-ids";
import { env } from "@/server/platform/env";
import type { MediaRates, ModelSetting } from "@/server/platform/settings/models";
import { type Allowance, allowanceOf, catalogueWithin, within } from "./allowances/allowances";
import { aliasesOf, type BaseModel, baseModel, contextLength } from "./cards";
import type { ModelServer, UpstreamModel } from "./client";
import { serversFor } from "./registry";
import { isOwnProviderModel } from "./source";

/** Thrown when a model server that may have the answer has not listed its models. */
export class ModelServerDown extends Error {
  override readonly name = "ModelServerDown";
}

/** A server that has a model, and the server's name for it. */
export type Offer = { server: ModelServer; upstream: string };

/** A model of the union of all servers' lists. */
export type OfferedModel = {
  card: BaseModel;
  /** In tokens; null: no server states it. */
  contextLength: number | null;
  /** How many tokens it counts for media; undefined: the operator has not set it. */
  media?: MediaRates | undefined;
  offers: Offer[];
};

/** A model found by its id or by an alias. Not every server that has the model may know the alias. */
export type FoundModel = OfferedModel & { id: string };

/** A tuned model on a model server, which a workspace may have registered as its own. */
export type TunedModel = { server: ModelServer; upstream: string; base: string | null; contextLength: number | null };

/** All models, in the order of the servers. The same object until a server's list changes. */
export type Catalogue = { cards: BaseModel[]; byName: Map<string, FoundModel> };

/**
 * Returns the models of all servers that a workspace may use. Each server is asked at most every ten seconds. For one
 * that does not answer, its list of up to five minutes ago and its configured models count.
 *
 * @throws ModelServerDown when no server's models are known
 */
export async function catalogue(workspaceId: string): Promise<Catalogue> {
  const allowance = await allowanceOf(workspaceId);
  return catalogueWithin(allowance, await catalogueOf(serversFor(workspaceId)));
}

/** Returns the models of these servers. @throws ModelServerDown when no server's models are known */
export async function catalogueOf(servers: ModelServer[]): Promise<Catalogue> {
  lastUsed = performance.now();
  const waiting = servers.filter((server) => !server.isFresh && !(server.isDown && isKnown(server)));
  if (waiting.length > 0) await Promise.all(waiting.map((server) => server.refresh()));
  return current(servers);
}

/**
 * Returns the model with this name that a workspace may use; undefined: there is none. Known lists are used at once and
 * refreshed in the background; before the result is undefined, old lists are refreshed.
 *
 * @throws ModelServerDown when a server that has not listed its models may have it
 */
export async function findModel(name: string, workspaceId: string): Promise<FoundModel | undefined> {
  const allowance = await allowanceOf(workspaceId);
  const found = knownModel(name, workspaceId, allowance);
  if (found) return found;
  const servers = serversFor(workspaceId);
  await Promise.all(refreshOld(servers));
  const offered = current(servers).byName.get(name);
  const foundNow = within(allowance, offered);
  if (!offered && !servers.every(isKnown)) throw new ModelServerDown("a model server has not listed its models");
  return foundNow;
}

/**
 * Returns the model with this name that a workspace may use, as far as is known without waiting. Old lists are
 * refreshed in the background.
 *
 * @param allowance what operators let the workspace use
 */
export function knownModel(name: string, workspaceId: string, allowance: Allowance): FoundModel | undefined {
  lastUsed = performance.now();
  const servers = serversFor(workspaceId);
  refreshOld(servers);
  return servers.some(isKnown) ? within(allowance, current(servers).byName.get(name)) : undefined;
}

/**
 * Returns the tuned model with this name, once for each server that runs it and that the workspace may use. Empty: no
 * server runs it.
 *
 * @throws ModelServerDown when a server that has not listed its models may run it
 */
export async function tunedModel(upstream: string, workspaceId: string): Promise<TunedModel[]> {
  lastUsed = performance.now();
  const servers = serversFor(workspaceId);
  await Promise.all(refreshOld(servers));
  const found = runningTuned(upstream, workspaceId);
  if (found.length === 0 && !servers.every(({ models }) => models !== undefined))
    throw new ModelServerDown("a model server has not listed its models");
  return found;
}

/**
 * Returns the same as `tunedModel`, as far as is known without waiting. On a server with configured models, only the
 * configured tuned ones count; on any other server, also the adapters that it lists on top of one of its models.
 */
export function runningTuned(upstream: string, workspaceId: string): TunedModel[] {
  return serversFor(workspaceId).flatMap((server) => {
    const said = server.models?.find(({ id }) => id === upstream);
    const listed = server.settings.tuned?.find((tuned) => tuned.upstream === upstream);
    if (!said || !(listed || (!server.settings.models && isAdapter(said))) || isOffered(server, upstream)) return [];
    const base = listed?.base ?? (typeof said.parent === "string" ? said.parent : null);
    return [{ server, upstream, base, contextLength: contextLength(said) }];
  });
}

function refreshOld(servers: ModelServer[]): Promise<void>[] {
  return servers.filter((server) => !server.isFresh).map((server) => server.refresh());
}

/**
 * Returns the offers in the order in which to try them: reachable servers first, and of these the one with the fewest
 * requests in progress.
 */
export function inOrder(offers: Offer[]): Offer[] {
  if (offers.length === 1) return offers;
  const burden = ({ server }: Offer) => (server.isDown ? 1e9 : 0) + server.underWay;
  return offers.toSorted((one, other) => burden(one) - burden(other));
}

let lastUsed = Number.NEGATIVE_INFINITY;

/** Checks whether models were requested in the last `ms` milliseconds. */
export function wasUsedWithin(ms: number): boolean {
  return performance.now() - lastUsed < ms;
}

/** A cache of the catalogues, by the array of the servers. */
const made = new WeakMap<ModelServer[], { lists: (UpstreamModel[] | undefined)[]; catalogue: Catalogue }>();

function current(servers: ModelServer[]): Catalogue {
  if (!servers.some(isKnown)) throw new ModelServerDown("no model server has listed its models");
  const known = made.get(servers);
  if (known && servers.every((server, i) => server.models === known.lists[i])) return known.catalogue;
  const catalogue = make(servers);
  made.set(servers, { lists: servers.map(({ models }) => models), catalogue });
  return catalogue;
}

function isKnown({ models, settings }: ModelServer): boolean {
  return models !== undefined || settings.models !== undefined;
}

function make(servers: ModelServer[]): Catalogue {
  const models = new Map<string, OfferedModel & { isDescribed: boolean }>();
  const byAlias = new Map<string, FoundModel>();
  for (const server of servers)
    for (const { id, upstream, said, contextLength: length } of entriesOf(server)) {
      const offer = { server, upstream };
      const isRenamed = id !== upstream;
      const described = { ...said, id, ...(isRenamed && { name: id, aliases: [] }) };
      let model = models.get(id);
      // A server for which the model is only configured does not describe it.
      if (!model || (!model.isDescribed && said)) {
        const offers = model?.offers ?? [];
        const stated = statedOf(id, length);
        model = {
          card: baseModel(described, stated),
          contextLength: contextLength(described, stated),
          media: stated,
          offers,
          isDescribed: said !== undefined,
        };
        models.set(id, model);
      }
      model.offers.push(offer);
      if (isRenamed) continue;
      for (const alias of aliasesOf(described)) {
        const known = byAlias.get(alias) ?? { ...model, id, offers: [] };
        if (known.id !== id) continue;
        known.offers.push({ server, upstream: alias });
        byAlias.set(alias, known);
      }
    }
  const byName = new Map(byAlias);
  for (const [id, { card, contextLength, media, offers }] of models)
    byName.set(id, { id, card, contextLength, media, offers });
  return { cards: [...models.values()].map(({ card }) => card), byName };
}

/** Returns the operator's settings of a model: in MODELS, or with the provider that has it. */
function statedOf(id: string, contextLength: number | undefined): ModelSetting | undefined {
  const stated = env().models.get(id);
  if (contextLength === undefined) return stated;
  return { model: id, contextLength, ...stated };
}

type Entry = { id: string; upstream: string; said?: UpstreamModel; contextLength?: number | undefined };

/**
 * Returns the models of one server by the ids that programs use. The ids of a workspace's own provider begin with its
 * name.
 */
function entriesOf(server: ModelServer): Entry[] {
  const isOwn = server.source.kind === "workspace";
  const entries = listedBy(server);
  if (isOwn) return entries.map((entry) => ({ ...entry, id: `${server.settings.name}/${entry.id}` }));
  return entries.filter(({ id }) => !isOwnProviderModel(id) && !isRouteId(id));
}

/**
 * Returns the models of one server by the ids that programs use: the configured ones, or all that it lists and that are
 * for all workspaces. A tuned model belongs to the workspace that made it and is not offered under the server's own
 * name.
 */
function listedBy({ models, settings }: ModelServer): Entry[] {
  if (!settings.models) {
    const owned = new Set((models ?? []).filter((said) => isOwned(said, settings)).map(({ id }) => id));
    return (models ?? [])
      .filter(({ id }) => !owned.has(id))
      .map((said) => ({
        id: said.id,
        upstream: said.id,
        said: { ...said, aliases: aliasesOf(said).filter((alias) => !owned.has(alias)) },
      }));
  }
  return settings.models.map(({ id, upstream, contextLength }) => {
    const said = models?.find((model) => model.id === upstream || aliasesOf(model).includes(upstream));
    return { id, upstream, contextLength, ...(said && { said }) };
  });
}

function isOwned(said: UpstreamModel, { tuned }: ModelServer["settings"]): boolean {
  return said.type === "fine-tuned" || isAdapter(said) || (tuned ?? []).some(({ upstream }) => upstream === said.id);
}

/**
 * Checks whether a listed model is a LoRA adapter, which vLLM lists beside its base model. A model that a fine-tuning
 * job made is marked as such and belongs to the job.
 */
function isAdapter({ id, type, parent }: UpstreamModel): boolean {
  return type !== "fine-tuned" && typeof parent === "string" && parent !== "" && parent !== id;
}

function isOffered({ settings }: ModelServer, upstream: string): boolean {
  return (settings.models ?? []).some((model) => model.upstream === upstream);
}
