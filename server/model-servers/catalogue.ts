import { env } from "@/server/platform/env";
import type { MediaRates } from "@/server/platform/settings/models";
import { aliasesOf, type BaseModel, baseModel, contextLength } from "./cards";
import { type ModelServer, modelServers, type UpstreamModel } from "./client";

/** No model server has said what it offers. */
export class ModelServerDown extends Error {
  override readonly name = "ModelServerDown";
}

/** A server that has a model, and the name it has there. */
export type Offer = { server: ModelServer; upstream: string };

/** A model of the union of all servers' lists. */
export type OfferedModel = {
  card: BaseModel;
  /** In tokens; null when no server says. */
  contextLength: number | null;
  /** How it counts media; undefined: the operator has not said. */
  media?: MediaRates | undefined;
  offers: Offer[];
};

/** A model under a name that was asked for: its id or an alias, which not every server that has the model may know. */
export type FoundModel = OfferedModel & { id: string };

/** A tuned model that runs at a model server and that a workspace may have registered as its own. */
export type TunedModel = { server: ModelServer; upstream: string; base: string | null; contextLength: number | null };

/** All the models, in the order of the servers. The same object until a server says something else. */
export type Catalogue = { cards: BaseModel[]; byName: Map<string, FoundModel> };

/**
 * Returns the models of all servers together. Each is asked at most every ten seconds; one that does not answer counts with what
 * it said up to five minutes ago, and with the models it is configured to have.
 *
 * @throws ModelServerDown when nothing is known of any
 */
export async function catalogue(): Promise<Catalogue> {
  lastUsed = performance.now();
  const waiting = modelServers().filter((server) => !server.isFresh && !(server.isDown && isKnown(server)));
  if (waiting.length > 0) await Promise.all(waiting.map((server) => server.refresh()));
  return current();
}

/**
 * Returns the model of this name, or undefined when there is none. What is known is used at once and renewed meanwhile; before a
 * model is said not to be there, the servers are asked.
 *
 * @throws ModelServerDown when a server that has not said what it offers may have it
 */
export async function findModel(name: string): Promise<FoundModel | undefined> {
  const found = knownModel(name);
  if (found) return found;
  await Promise.all(refreshOld());
  const foundNow = current().byName.get(name);
  if (!foundNow && !modelServers().every(isKnown))
    throw new ModelServerDown("a model server has not listed its models");
  return foundNow;
}

/** Returns the model of this name as far as is known without waiting; what is known is renewed meanwhile. */
export function knownModel(name: string): FoundModel | undefined {
  lastUsed = performance.now();
  refreshOld();
  return modelServers().some(isKnown) ? current().byName.get(name) : undefined;
}

/**
 * Returns the tuned model of this name, on each server that runs it. Empty when none does.
 *
 * @throws ModelServerDown when a server that has not said what it offers may run it
 */
export async function tunedModel(upstream: string): Promise<TunedModel[]> {
  lastUsed = performance.now();
  await Promise.all(refreshOld());
  const found = runningTuned(upstream);
  if (found.length === 0 && !modelServers().every(({ models }) => models !== undefined))
    throw new ModelServerDown("a model server has not listed its models");
  return found;
}

/**
 * Returns the same as `tunedModel`, as far as is known without waiting. A server that is configured to have certain models is configured to have
 * certain tuned ones as well; of any other, what it puts on one of its models is tuned.
 */
export function runningTuned(upstream: string): TunedModel[] {
  return modelServers().flatMap((server) => {
    const said = server.models?.find(({ id }) => id === upstream);
    const listed = server.settings.tuned?.find((tuned) => tuned.upstream === upstream);
    if (!said || !(listed || (!server.settings.models && isAdapter(said))) || isOffered(server, upstream)) return [];
    const base = listed?.base ?? (typeof said.parent === "string" ? said.parent : null);
    return [{ server, upstream, base, contextLength: contextLength(said) }];
  });
}

/** Returns a model server by its name, or undefined when there is none any more. */
export function serverOf(name: string): ModelServer | undefined {
  return modelServers().find(({ settings }) => settings.name === name);
}

function refreshOld(): Promise<void>[] {
  return modelServers()
    .filter((server) => !server.isFresh)
    .map((server) => server.refresh());
}

/** Returns where to try, in this order: servers that can be reached first, of those the one with the least to do. */
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

let made: { lists: (UpstreamModel[] | undefined)[]; catalogue: Catalogue } | undefined;

function current(): Catalogue {
  const servers = modelServers();
  if (!servers.some(isKnown)) throw new ModelServerDown("no model server has listed its models");
  if (made && servers.every((server, i) => server.models === made?.lists[i])) return made.catalogue;
  made = { lists: servers.map(({ models }) => models), catalogue: make(servers) };
  return made.catalogue;
}

function isKnown({ models, settings }: ModelServer): boolean {
  return models !== undefined || settings.models !== undefined;
}

function make(servers: ModelServer[]): Catalogue {
  const models = new Map<string, OfferedModel & { isDescribed: boolean }>();
  const byAlias = new Map<string, FoundModel>();
  for (const server of servers)
    for (const { id, upstream, said } of entriesOf(server)) {
      const offer = { server, upstream };
      const isRenamed = id !== upstream;
      const described = { ...said, id, ...(isRenamed && { name: id, aliases: [] }) };
      let model = models.get(id);
      // A server that is only configured to have it does not describe it.
      if (!model || (!model.isDescribed && said)) {
        const offers = model?.offers ?? [];
        const stated = env().models.get(id);
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

/**
 * Returns the models of one server by the names programs use: those it is configured to have, else all that it lists and that
 * are for all workspaces. A tuned model belongs to the workspace that made it: it is not offered by the server's own name.
 */
function entriesOf({ models, settings }: ModelServer): { id: string; upstream: string; said?: UpstreamModel }[] {
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
  return settings.models.map(({ id, upstream }) => {
    const said = models?.find((model) => model.id === upstream || aliasesOf(model).includes(upstream));
    return { id, upstream, ...(said && { said }) };
  });
}

function isOwned(said: UpstreamModel, { tuned }: ModelServer["settings"]): boolean {
  return said.type === "fine-tuned" || isAdapter(said) || (tuned ?? []).some(({ upstream }) => upstream === said.id);
}

/** Checks for a LoRA as vLLM lists it: beside the model it is put on. What was fine-tuned by a job says so, and is the job's. */
function isAdapter({ id, type, parent }: UpstreamModel): boolean {
  return type !== "fine-tuned" && typeof parent === "string" && parent !== "" && parent !== id;
}

function isOffered({ settings }: ModelServer, upstream: string): boolean {
  return (settings.models ?? []).some((model) => model.upstream === upstream);
}
