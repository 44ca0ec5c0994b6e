import { transaction } from "@/db/client";
import { listsModel } from "@/server/access/model-list";
import { rememberByWorkspace } from "@/server/platform/announcements/by-workspace";
import type { Catalogue, FoundModel, Offer } from "../catalogue";
import { isOwnProviderModel } from "../source";
import { type Allowance, find } from "./queries";

const mostWorkspaces = 20_000;
const all: Allowance = { models: null, providers: null };

/** As it was read last, for what cannot wait. Whatever uses a model has asked before. */
const lastRead = new Map<string, Allowance>();

const asked = rememberByWorkspace("models", (workspaceId) =>
  transaction("read", { workspaceId }, (db) => find(db, workspaceId)),
);

/** Returns what the operators let a workspace use. @throws when the database has to be asked and cannot be */
export async function allowanceOf(workspaceId: string): Promise<Allowance> {
  const allowance = await asked(workspaceId);
  if (lastRead.get(workspaceId) !== allowance) {
    if (lastRead.size >= mostWorkspaces) lastRead.clear();
    lastRead.set(workspaceId, allowance);
  }
  return allowance;
}

/** Returns the same as far as it is known without waiting. */
export const knownAllowance = (workspaceId: string): Allowance => lastRead.get(workspaceId) ?? all;

/** Checks whether a workspace may use a server. One of its own it may. */
export const allowsServer = ({ providers }: Allowance, { server: { settings, source } }: Offer): boolean =>
  providers === null || source.kind === "workspace" || providers.includes(settings.name);

/** Returns a model as a workspace may use it, with the servers that are left; undefined: it may not. */
export function within(allowance: Allowance, model: FoundModel | undefined): FoundModel | undefined {
  const { models, providers } = allowance;
  if (!model || isOwnProviderModel(model.id) || (models === null && providers === null)) return model;
  if (models !== null && ![model.id, ...model.card.aliases].some((name) => listsModel(models, name))) return undefined;
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
