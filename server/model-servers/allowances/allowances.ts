import { transaction } from "@/db/client";
import { listsModel } from "@/server/access/model-list";
import { rememberByWorkspace } from "@/server/platform/announcements/by-workspace";
import type { Catalogue, FoundModel, Offer } from "../catalogue";
import { isOwnProviderModel } from "../source";
import { type Allowance, find } from "./queries";

export type { Allowance } from "./queries";

/** Returns what the operators let a workspace use. @throws when the database has to be asked and cannot be */
export const allowanceOf: (workspaceId: string) => Promise<Allowance> = rememberByWorkspace("models", (workspaceId) =>
  transaction("read", { workspaceId }, (db) => find(db, workspaceId)),
);

/** Checks whether a workspace may use a server. One of its own it may. */
export const allowsServer = (
  { providers }: Allowance,
  { server: { settings, source } }: Pick<Offer, "server">,
): boolean => providers === null || source.kind === "workspace" || providers.includes(settings.name);

/** Checks whether a workspace may use a model, by its id: the other names that a server has for it are not the operators'. */
export const allowsModel = ({ models }: Allowance, id: string): boolean =>
  models === null || isOwnProviderModel(id) || listsModel(models, id);

/** What a workspace's own model was made of: null when that is not known, and as a server names it when it was registered. */
export type Made = { origin: "fine-tuned" | "registered"; base: string | null; upstream: string };

/**
 * Checks whether a workspace may use at a server what was made of a base model. The list of models decides, whatever is offered now; where the base is
 * not known, the model's own name has to be on it.
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

/** Returns a model as a workspace may use it, with the servers that are left; undefined: it may not. */
export function within(allowance: Allowance, model: FoundModel | undefined): FoundModel | undefined {
  if (!model || !allowsModel(allowance, model.id)) return undefined;
  const offers = model.offers.filter((offer) => allowsServer(allowance, offer));
  if (offers.length === 0) return undefined;
  return offers.length === model.offers.length ? model : { ...model, offers };
}

/** What was made of a catalogue for each allowance, by what that says: many workspaces begin with the same. */
const made = new WeakMap<Catalogue, Map<string, Catalogue>>();
const mostMade = 100;

/** Returns a catalogue as a workspace may use it: the same object until one of both changes. */
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
