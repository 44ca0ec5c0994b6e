import { type AddressRules, memberRules, operatorRules } from "@/server/platform/addresses";
import { keepInStep } from "@/server/platform/announcements/keep-in-step";
import { env } from "@/server/platform/env";
import { log } from "@/server/platform/log";
import type { ModelServerSettings } from "@/server/platform/settings/model-servers";
import { ModelServer } from "./client";
import { readAll } from "./providers/queries";
import { readProvider, type StoredProvider } from "./providers/stored";
import { isTaking, mayGoOn, ownName, type Source } from "./source";

/** The data that was last read from the database. */
type Known = { providers: StoredProvider[]; areOwnAllowed: boolean; rules: AddressRules };

// Next's bundle has its own copy of this module in the same process; both share what was read.
const shared = globalThis as { atelierProviders?: Known };

const nothing: Known = { providers: [], areOwnAllowed: false, rules: memberRules([]) };
const known = (): Known => shared.atelierProviders ?? nothing;

/** The servers in use, made from the environment and the data that was last read. */
type Registry = {
  of: Known;
  environment: ModelServerSettings[];
  all: ModelServer[];
  /** The servers that every workspace may use. */
  common: ModelServer[];
  /** The servers that only some workspaces may use, by workspace. */
  more: Map<string, ModelServer[]>;
  views: Map<string, ModelServer[]>;
  byProvider: Map<string, ModelServer>;
};

let registry: Registry | undefined;
/** Servers that are not used any more but still have requests in progress. */
let retired: ModelServer[] = [];

function current(): Registry {
  copy.use();
  if (registry?.of !== known()) registry = build(known(), registry);
  return registry;
}

/** Returns every model server: those of MODEL_SERVERS in their order, the instance's providers, the workspaces' own. */
export const modelServers = (): ModelServer[] => current().all;

/** Returns the model servers to which a workspace may send new requests: the same array until that changes. */
export function serversFor(workspaceId: string): ModelServer[] {
  const { common, more, views } = current();
  const ofThisOne = more.get(workspaceId);
  if (!ofThisOne) return common;
  let view = views.get(workspaceId);
  if (!view) {
    view = [...common, ...ofThisOne];
    views.set(workspaceId, view);
  }
  return view;
}

/** Returns the model servers that are not a workspace's own. */
export const instanceServers = (): ModelServer[] => current().all.filter(({ source }) => source.kind !== "workspace");

/**
 * Returns the server with this name that a workspace may use, including one that takes no new requests; undefined:
 * there is none.
 */
export function serverOf(name: string | null, workspaceId: string): ModelServer | undefined {
  return current().all.find(({ settings, source }) => settings.name === name && mayGoOn(source, workspaceId));
}

/** Checks whether a workspace has a provider of its own that takes requests. */
export const hasOwnProvider = (workspaceId: string): boolean =>
  current()
    .more.get(workspaceId)
    ?.some(({ source }) => source.kind === "workspace") ?? false;

/** Returns the model server of a provider; undefined: it is not in use. */
export const serverOfProvider = (id: string): ModelServer | undefined => current().byProvider.get(id);

/** Returns a provider's key as it was last read; undefined: it has none, or it cannot be decrypted. */
export const storedKey = (id: string, url: string): string | undefined =>
  known().providers.find((provider) => provider.id === id && provider.settings.url === url)?.settings.key;

/** Returns the ids of the providers whose keys cannot be decrypted. */
export const unreadableKeys = (): Set<string> =>
  new Set(known().providers.flatMap(({ id, isKeyUnreadable }) => (isKeyUnreadable ? [id] : [])));

/** Returns the current rules for connections to workspaces' own providers. */
const ownProviderRules = (): AddressRules => known().rules;

/** The guards of connections to providers: the instance's, and the workspaces' own. */
export const guards = { instance: { rules: () => operatorRules }, workspace: { rules: ownProviderRules } };

/** Reads the providers again. The change also applies to requests in progress: those of a withdrawn provider end. */
export async function loadProviders(): Promise<void> {
  const { rows, areOwnAllowed, ranges } = await readAll();
  shared.atelierProviders = { providers: rows.map(readProvider), areOwnAllowed, rules: rulesOf(ranges) };
  const { all, byProvider } = current();
  retired = retired.filter(({ underWay }) => underWay > 0);
  for (const server of [...all, ...retired]) {
    // A server that is not in use any more only has its provider's old list of workspaces.
    const source = sourceNow(server, byProvider);
    server.endRequests((workspaceId) => isInForce(server) && mayGoOn(source, workspaceId));
  }
}

const sourceNow = ({ source }: ModelServer, byProvider: Registry["byProvider"]): Source =>
  (source.kind === "environment" ? undefined : byProvider.get(source.id)?.source) ?? source;

/** Invalid ranges allow nothing. */
function rulesOf(ranges: string[]): AddressRules {
  try {
    return memberRules(ranges);
  } catch (error) {
    log.error({ err: error }, "the ranges that workspaces' providers may be in cannot be read");
    return memberRules([]);
  }
}

/**
 * Checks whether a server's provider exists and is in use. A server whose address was changed may finish its requests
 * as long as its provider is in use.
 */
function isInForce({ source }: ModelServer): boolean {
  if (source.kind === "environment") return true;
  const stored = known().providers.find(({ id }) => id === source.id);
  return stored !== undefined && isUsed(stored, known());
}

const isUsed = ({ state, isKeyUnreadable, workspaceId }: StoredProvider, { areOwnAllowed }: Known): boolean =>
  state !== "disabled" && !isKeyUnreadable && (workspaceId === null || areOwnAllowed);

function build(of: Known, before: Registry | undefined): Registry {
  const environment = env().modelServers;
  const all =
    before?.environment === environment
      ? before.all.filter(({ source }) => source.kind === "environment")
      : environment.map((settings) => new ModelServer(settings));
  const names = new Set(environment.map(({ name }) => name));
  const common = [...all];
  const more = new Map<string, ModelServer[]>();
  const byProvider = new Map<string, ModelServer>();
  for (const provider of of.providers) {
    const settings = settingsOf(provider);
    // Servers of the environment take precedence.
    if (!isUsed(provider, of) || names.has(settings.name)) continue;
    const server = serverFor(provider, settings, before);
    byProvider.set(provider.id, server);
    all.push(server);
    if (!isTaking(server.source)) continue;
    const { source } = server;
    if (source.kind === "instance" && source.workspaces === null) common.push(server);
    else for (const id of workspacesOf(source)) more.set(id, [...(more.get(id) ?? []), server]);
  }
  for (const [id, server] of before?.byProvider ?? [])
    if (byProvider.get(id) !== server && server.underWay > 0) retired.push(server);
  return { of, environment, all, common, more, views: new Map(), byProvider };
}

/** Returns the existing server of a provider with its changed settings, or a new server if its address has changed. */
function serverFor(provider: StoredProvider, settings: ModelServerSettings, before: Registry | undefined): ModelServer {
  const { id, workspaceId, allowedWorkspaces, state } = provider;
  const isDraining = state === "draining";
  const source: Source =
    workspaceId === null
      ? { kind: "instance", id, workspaces: allowedWorkspaces && new Set(allowedWorkspaces), isDraining }
      : { kind: "workspace", id, workspaceId, isDraining };
  const kept = before?.byProvider.get(id);
  if (kept?.settings.url !== settings.url)
    return new ModelServer(settings, source, guards[workspaceId === null ? "instance" : "workspace"]);
  kept.renew(settings, source);
  return kept;
}

function settingsOf({ settings, workspaceId }: StoredProvider): ModelServerSettings {
  return workspaceId === null ? settings : { ...settings, name: ownName(settings.name) };
}

function workspacesOf(source: Source): Iterable<string> {
  if (source.kind === "workspace") return [source.workspaceId];
  return source.kind === "instance" ? (source.workspaces ?? []) : [];
}

const copy = keepInStep("providers", "model providers", loadProviders);

/** Starts the job that keeps the providers up to date. */
export const watchProviders = copy.watch;
