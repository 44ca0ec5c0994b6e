import type { ModelServer } from "@/server/model-servers/client";
import { instanceServers, serverOfProvider, unreadableKeys } from "@/server/model-servers/registry";
import { env } from "@/server/platform/env";
import type { ShownProvider } from "./queries";

/** Returns a provider as its page shows it: with the slugs of its workspaces, and its state in this process. */
export function shownOf({ allowedWorkspaces, ...row }: ShownProvider, slugs: Map<string, string>) {
  const isOvershadowed = env().modelServers.some(({ name }) => name === row.name);
  return {
    ...row,
    /** Null: all workspaces may use it. */
    workspaces: allowedWorkspaces?.flatMap((id) => slugs.get(id) ?? []) ?? null,
    isKeyUnreadable: unreadableKeys().has(row.id),
    isOvershadowed,
    ...stateOf(serverOfProvider(row.id)),
  };
}

/** Returns the state of a server as this process knows it. `modelCount` null: it has not listed its models lately. */
const stateOf = (server: ModelServer | undefined) => ({
  isDown: server?.isDown ?? false,
  underWay: server?.underWay ?? 0,
  modelCount: server?.settings.models?.length ?? server?.models?.length ?? null,
});

/** Returns the servers of the environment, with the variable that names each. */
export function environmentServers() {
  const { MODEL_SERVERS, MODEL_SERVERS_FILE } = env();
  const variable = MODEL_SERVERS ? "MODEL_SERVERS" : MODEL_SERVERS_FILE ? "MODEL_SERVERS_FILE" : "MODEL_SERVER_URL";
  const servers = instanceServers().filter(({ source }) => source.kind === "environment");
  return {
    variable,
    environment: servers.map((server) => {
      const { name, url, key } = server.settings;
      return { name, url, hasKey: key !== undefined, ...stateOf(server) };
    }),
  };
}

/** Returns configured models for the audit log; an empty list means all that the provider lists. */
export const statedTexts = (models: ShownProvider["models"]): string[] =>
  (models ?? []).slice(0, 100).map(({ id, upstream }) => (id === upstream ? id : `${id} = ${upstream}`));

/** Returns configured fine-tuned models for the audit log. */
export const tunedTexts = (tuned: ShownProvider["tuned"]): string[] =>
  (tuned ?? []).slice(0, 100).map(({ upstream, base }) => (base === undefined ? upstream : `${upstream} = ${base}`));
