import { transaction } from "@/db/client";
import { listsModel } from "@/server/access/model-list";
import { rememberByWorkspace } from "@/server/platform/announcements/by-workspace";
import type { Catalogue, FoundModel, Offer } from "../catalogue";
import { isOwnProviderModel } from "../source";
import { type Allowance, find } from "./queries";

export type { Allowance } from "./queries";

/**
 * Returns the models and servers that the operators let a workspace use, from a cache.
 *
 * @throws (rejects) when the database must be asked and the query fails
 */
export const allowanceOf: (workspaceId: string) => Promise<Allowance> = rememberByWorkspace("models", (workspaceId) =>
  transaction("read", { workspaceId }, (db) => find(db, workspaceId)),
);

/** Checks whether a workspace may use a server. Its own servers are always allowed. */
export const allowsServer = (
  { providers }: Allowance,
  { server: { settings, source } }: Pick<Offer, "server">,
): boolean => providers === null || source.kind === "workspace" || providers.includes(settings.name);

/**
 * Checks whether a workspace may use a model, by its id. A server's aliases are not checked, because the operators do
 * not choose them.
 */
export const allowsModel = ({ models }: Allowance, id: string): boolean =>
  models === null || isOwnProviderModel(id) || listsModel(models, id);

/**
 * The origin of a workspace's own model: its base (null: unknown) and the server's name for it when it was registered.
 */
export type Made = { origin: "fine-tuned" | "registered"; base: string | null; upstream: string };

/**
 * Checks whether a workspace may use its own model on a server. The operators' list of models decides about its base,
 * even if that is not offered at the moment. If the base is unknown, the model's own name must be on the list.
 */
export function allowsMade(allowance: Allowance, { origin, base, upstream }: Made, { server }: Pick<Offer, "server">) {
  if (!allowsServer(allowance, { server })) return false;
  const { models } = allowance;
  if (models === null || server.source.kind === "workspace") return true;
  const name = base ?? upstream;
  const offered = (server.settings.models ?? []).filter((model) => model.upstream === name).map(({ id }) => id);
  const ids = origin === "registered" && offered.length > 0 ? offered : [name];
  return ids.some((id) => listsModel(models, id));
}

/** Returns a model with only the servers that the workspace may use; undefined: it may not use the model. */
export function within(allowance: Allowance, model: FoundModel | undefined): FoundModel | undefined {
  if (!model || !allowsModel(allowance, model.id)) return undefined;
  const offers = model.offers.filter((offer) => allowsServer(allowance, offer));
  if (offers.length === 0) return undefined;
  return offers.length === model.offers.length ? model : { ...model, offers };
}

/** A cache of the filtered catalogues, by allowance: many workspaces have the same one. */
const made = new WeakMap<Catalogue, Map<string, Catalogue>>();
const mostMade = 100;

/**
 * Returns the part of a catalogue that a workspace may use: the same object until the catalogue or the allowance
 * changes.
 */
export function catalogueWithin(allowance: Allowance, whole: Catalogue): Catalogue {
  if (allowance.models === null && allowance.providers === null) return whole;
  const key = JSON.stringify([allowance.models, allowance.providers]);
  const known = made.get(whole) ?? new Map<string, Catalogue>();
  made.set(whole, known);
  const before = known.get(key);
  if (before) return before;
  const byName = new Map<string, FoundModel>();
  for (const [name, model] of whole.byName) {
    const left = within(allowance, model);
    if (left) byName.set(name, left);
  }
  const catalogue = { cards: whole.cards.filter(({ id }) => byName.has(id)), byName };
  if (known.size >= mostMade) known.clear();
  known.set(key, catalogue);
  return catalogue;
}
